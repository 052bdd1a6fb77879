package io.blockseal.volume.engine;

import java.util.ArrayDeque;

/// The idle [Scratch]es of one volume. As many exist as requests run at once, but no more than
/// [#MAX_IDLE] are kept. Thread-safe.
final class ScratchPool {
  /// As many requests as a transport runs at once; each scratch has one to two MiB.
  static final int MAX_IDLE = 16;

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
