package io.blockseal.fuse;

import io.blockseal.volume.engine.ReadOnlyVolumeException;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.engine.VolumeClosedException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// What a request that failed is answered with, as Linux numbers it (the same on x86-64 and
/// AArch64). The one place where failures become errno.
enum Errno {
  EPERM(1),
  ENOENT(2),
  EIO(5),
  EBADF(9),
  ENODEV(19),
  EINVAL(22),
  ENFILE(23),
  EFBIG(27),
  ENOSPC(28),
  EROFS(30),
  ERANGE(34),
  ENOSYS(38),
  ENODATA(61),
  EOPNOTSUPP(95);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /// The answer to a request that ended in `failure`. Whatever is not known better is `EIO`.
  static Errno of(Throwable failure) {
    return switch (failure) {
      case ErrnoException refusal -> refusal.errno();
      case UnreadableUnitException _ -> EIO;
      case VolumeClosedException _, ClosedChannelException _ -> ENODEV;
      case ReadOnlyVolumeException _ -> EROFS;
      case IOException _ -> outOfSpace(failure) ? ENOSPC : EIO;
      case IllegalArgumentException _, IndexOutOfBoundsException _ -> EINVAL;
      default -> EIO;
    };
  }

  /// The JDK has no type for a full disk: only the system's own words tell, in English because the
  /// JDK asks for them outside any locale.
  private static boolean outOfSpace(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null
          && (message.contains("No space left on device")
              || message.contains("Disk quota exceeded"))) {
        return true;
      }
    }
    return false;
  }
}
