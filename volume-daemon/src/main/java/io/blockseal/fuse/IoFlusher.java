package io.blockseal.fuse;

import io.blockseal.fuse.kernel.LinuxCalls;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/// The mark of a thread that a file system's write-back may end at (`PR_SET_IO_FLUSHER`): when
/// memory is short, the kernel must not make it wait for that very write-back.
final class IoFlusher {
  private static final Logger LOG = System.getLogger("io.blockseal.fuse");
  private static final AtomicBoolean REFUSAL_TOLD = new AtomicBoolean();

  private IoFlusher() {}

  /// Marks the calling thread for the rest of its life, if the kernel lets us.
  ///
  /// @return whether it did
  static boolean markCurrentThread() {
    int errno = LinuxCalls.setIoFlusher();
    if (errno != 0 && REFUSAL_TOLD.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          "threads that serve I/O cannot be marked as such (prctl PR_SET_IO_FLUSHER: errno {0});"
              + " grant CAP_SYS_RESOURCE to be safe when memory is short",
          errno);
    }
    return errno == 0;
  }
}
