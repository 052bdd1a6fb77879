package io.blockseal.volume.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Whether a volume still keeps its promise of durability. It loses it for good when the system
/// fails a sync: nobody knows then what is on the disk, and trying again proves nothing.
/// Thread-safe.
final class Health {
  private final String name;
  private volatile Runnable whenLost = () -> {};
  private volatile @Nullable Throwable failure;

  Health(String name) {
    this.name = name;
  }

  /// Has `action` run when durability is lost, before anybody hears of it. To be called while the
  /// volume is being opened.
  void whenLost(Runnable action) {
    whenLost = action;
  }

  /// Something that makes writes durable.
  interface Sync {
    void run() throws IOException;
  }

  /// Runs `sync`; unless it returns, the volume is not healthy any more. An [Error] counts too: the
  /// system may have failed the sync, and memory may have been short for saying so.
  void attempt(Sync sync) throws IOException {
    check();
    try {
      sync.run();
    } catch (Throwable e) {
      fail(e);
      throw e;
    }
  }

  /// Whether every sync has succeeded.
  boolean good() {
    return failure == null;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /// @throws ReadOnlyVolumeException if a sync failed
  void check() throws ReadOnlyVolumeException {
    Throwable cause = failure;
    if (cause != null) {
      throw new ReadOnlyVolumeException(name, cause);
    }
  }

  private synchronized void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
      whenLost.run();
    }
  }
}
