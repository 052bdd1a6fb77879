package io.blockseal.fuse;

import java.io.Closeable;
import java.io.IOException;

/// What carries the kernel's requests on a mount point to [ExportedFiles]: mounted when it is
/// created by [FuseTransportKind#mount], unmounted by closing it.
///
/// A version opens the mount itself, runs its own bounded number of threads, marks each as
/// [IoFlusher], and answers every failure with [Errno#of]. [#close] may be called while files are
/// open; their later requests fail.
interface FuseTransport extends Closeable {
  /// @throws IOException if something else is seen at the mount point by now
  void checkSeen() throws IOException;
}
