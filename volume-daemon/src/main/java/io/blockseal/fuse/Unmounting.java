package io.blockseal.fuse;

import io.blockseal.fuse.kernel.LinuxCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Takes a mount away: by system call as root, through the setuid program `fusermount` otherwise.
final class Unmounting {
  private static final long PROGRAM_LIMIT_SECONDS = 10;

  private Unmounting() {}

  /// @param flags those of `umount2(2)`
  /// @return 0 or an errno
  static int unmount(Path mountPoint, int flags) throws IOException {
    int errno = LinuxCalls.unmount(mountPoint, flags);
    if (errno != LinuxCalls.EPERM) {
      return errno;
    }
    List<String> command = new ArrayList<>(List.of("fusermount", "-q", "-u"));
    if ((flags & LinuxCalls.MNT_DETACH) != 0) {
      command.add("-z");
    }
    command.add(mountPoint.toString());
    Process process = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!process.waitFor(PROGRAM_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            "fusermount did not unmount %s within %d s"
                .formatted(mountPoint, PROGRAM_LIMIT_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unmounting " + mountPoint, e);
    }
    return process.exitValue() == 0 ? 0 : LinuxCalls.EBUSY;
  }
}
