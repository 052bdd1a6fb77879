package io.blockseal.fuse;

import io.blockseal.fuse.kernel.UnsupportedKernelException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// The ways to carry the kernel's requests that can be chosen; what is seen of a volume is the
/// same.
public enum FuseTransportKind {
  /// The kernel's protocol, spoken by ourselves. Where the kernel is too old, [#JNR] serves.
  KERNEL {
    @Override
    FuseTransport mount(FuseSettings settings, ExportedFiles files) throws IOException {
      return orJnr(settings, files, false);
    }
  },

  /// As [#KERNEL], with requests taken from io_urings where the kernel offers that.
  URING {
    @Override
    FuseTransport mount(FuseSettings settings, ExportedFiles files) throws IOException {
      return orJnr(settings, files, true);
    }
  },

  /// libfuse 2, through jnr.
  JNR {
    @Override
    FuseTransport mount(FuseSettings settings, ExportedFiles files) throws IOException {
      return JnrFuseTransport.mount(settings, files);
    }
  };

  private static final Logger LOG = System.getLogger("io.blockseal.fuse");

  /// Mounts `files` and returns once the kernel has greeted the mount.
  ///
  /// @throws IOException if it cannot be mounted; nothing stays mounted then
  abstract FuseTransport mount(FuseSettings settings, ExportedFiles files) throws IOException;

  private static FuseTransport orJnr(FuseSettings settings, ExportedFiles files, boolean rings)
      throws IOException {
    try {
      return KernelFuseTransport.mount(settings, files, rings);
    } catch (UnsupportedKernelException e) {
      LOG.log(Level.WARNING, "{0}: serving volumes through libfuse 2 instead", e.getMessage());
      return JNR.mount(settings, files);
    }
  }
}
