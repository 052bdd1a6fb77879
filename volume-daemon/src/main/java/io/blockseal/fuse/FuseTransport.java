package io.blockseal.fuse;

import java.io.Closeable;
import java.io.IOException;

/// What carries the kernel's requests on a mount point to [ExportedFiles]: mounted when it is
/// created, unmounted by closing it.
///
/// A version opens the mount itself, runs its own bounded number of threads, marks each as
/// [IoFlusher], and answers every failure with [Errno#of]. [#close] may be called while files are
/// open; their later requests fail.
interface FuseTransport extends Closeable {
  /// Makes transports of one kind.
  @FunctionalInterface
  interface Factory {
    /// Mounts `files` and returns once the kernel has greeted the mount.
    ///
    /// @throws IOException if it cannot be mounted; nothing stays mounted then
    FuseTransport mount(FuseSettings settings, ExportedFiles files) throws IOException;
  }
}
