package io.blockseal.fuse;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Says once for every cause why requests of one volume failed, so that a broken disk under a busy
/// file system cannot fill the log. Thread-safe.
final class FailureLog {
  /// Different causes that are told; past it a volume is broken in more ways than a reader needs.
  static final int MAX_CAUSES = 64;

  private static final Logger LOG = System.getLogger("io.blockseal.fuse");

  private final String volume;
  private final Set<String> causes = ConcurrentHashMap.newKeySet();

  FailureLog(String volume) {
    this.volume = volume;
  }

  /// Logs `failure` unless it was refused on purpose or has been logged before.
  ///
  /// @return whether it was logged
  boolean report(String operation, Throwable failure) {
    if (failure instanceof ErrnoException || causes.size() >= MAX_CAUSES) {
      return false;
    }
    String cause = operation + ' ' + failure;
    if (!causes.add(cause)) {
      return false;
    }
    String end = causes.size() == MAX_CAUSES ? "; further causes are not logged" : "";
    LOG.log(
        Level.ERROR,
        "volume %s: %s failed and is answered with %s%s"
            .formatted(volume, operation, Errno.of(failure), end),
        failure);
    return true;
  }
}
