package io.blockseal.volume.cipher;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/// The idle lanes of one cipher: keyed objects with their scratch, which serve one call at a time
/// and are dear to make.
///
/// As many lanes exist as calls run at once, but no more than [#MAX_IDLE] are kept. Borrowing and
/// giving back allocate nothing once enough lanes exist. A lane that is not kept forgets its key.
/// Thread-safe.
///
/// @param <L> the lane
final class Lanes<L extends Lane> implements AutoCloseable {
  /// Beyond the number of threads that serve one volume; a lane holds some tens of KiB.
  static final int MAX_IDLE = 16;

  private final Supplier<L> source;

  /// Guards `idle` and `closed`; held for a push or pop only.
  private final Object lock = new Object();

  private final ArrayDeque<L> idle = new ArrayDeque<>(MAX_IDLE);
  private boolean closed;

  Lanes(Supplier<L> source) {
    this.source = source;
  }

  /// An idle lane, or a new one.
  ///
  /// @throws IllegalStateException after [#close]
  L borrow() {
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("cipher is closed");
      }
      L lane = idle.pollLast();
      if (lane != null) {
        return lane;
      }
    }
    return source.get();
  }

  /// Takes back a lane whose call is over, however it ended.
  void giveBack(L lane) {
    synchronized (lock) {
      if (!closed && idle.size() < MAX_IDLE) {
        idle.addLast(lane);
        return;
      }
    }
    lane.forget();
  }

  /// Drops the idle lanes; lanes still lent are dropped when they come back.
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      for (L lane = idle.pollLast(); lane != null; lane = idle.pollLast()) {
        lane.forget();
      }
    }
  }
}
