package io.blockseal.snapshot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/// The scratches of all tasks of one store. Thread-safe; whoever finds none waits.
final class ChunkScratchPool {
  /// 12 MiB outside the heap in all: two tasks at full speed, or more that take turns.
  static final int SIZE = 2 * ParallelWork.THREADS;

  private final Semaphore free = new Semaphore(SIZE);

  // Guarded by this.
  private final Deque<ChunkScratch> idle = new ArrayDeque<>();

  /// Lends a scratch to `body`. One that already has one must not ask for another.
  <X extends Exception> void use(Body<X> body) throws X {
    free.acquireUninterruptibly();
    try {
      ChunkScratch scratch = take();
      try {
        body.run(scratch);
      } finally {
        scratch.plain().wipe();
        giveBack(scratch);
      }
    } finally {
      free.release();
    }
  }

  private synchronized ChunkScratch take() {
    ChunkScratch scratch = idle.pollLast();
    return scratch == null ? new ChunkScratch() : scratch;
  }

  private synchronized void giveBack(ChunkScratch scratch) {
    idle.addLast(scratch);
  }

  /// What is done with a scratch.
  interface Body<X extends Exception> {
    void run(ChunkScratch scratch) throws X;
  }
}
