package io.blockseal.volume.engine;

import java.util.ArrayDeque;

/// Idle [Scratch]es, for any volume: they belong to nobody between two requests. As many exist as
/// requests run at once, but no more than [#MAX_IDLE] are kept. Thread-safe.
final class ScratchPool {
  /// The one of this process, so that its memory does not grow with the number of volumes.
  static final ScratchPool SHARED = new ScratchPool();

  /// As many requests as a transport runs at once, and some background work; each scratch has one
  /// to two MiB.
  static final int MAX_IDLE = 24;

  /// Guarded by itself; held for a push or pop only.
  private final ArrayDeque<Scratch> idle = new ArrayDeque<>(MAX_IDLE);

  Scratch borrow() {
    synchronized (idle) {
      Scratch scratch = idle.pollLast();
      if (scratch != null) {
        return scratch;
      }
    }
    return new Scratch();
  }

  void giveBack(Scratch scratch) {
    synchronized (idle) {
      if (idle.size() < MAX_IDLE) {
        idle.addLast(scratch);
      }
    }
  }
}
