package io.blockseal.snapshot;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Who may copy a chunk now: a few at a time, whatever their tasks, and everybody in turn, so that
/// no task waits for the end of another and one whose volume is closed notices soon. Thread-safe.
final class Turns {
  /// As many as the threads of one copy. They fill a disk already.
  static final int SIZE = ParallelWork.THREADS;

  private static final long STOP_POLL_MS = 50;

  private final Semaphore free = new Semaphore(SIZE, true);

  /// Waits for a turn.
  ///
  /// @param task gives up when it is asked to stop
  Turn await(SnapshotTask task) {
    Turn turn = new Turn(task);
    turn.begin();
    return turn;
  }

  /// A turn that a thread has, until it is closed. Confined to that thread.
  final class Turn implements AutoCloseable {
    private final SnapshotTask task;
    private boolean held;

    private Turn(SnapshotTask task) {
      this.task = task;
    }

    /// Lets those who wait go first.
    void pass() {
      close();
      begin();
    }

    @Override
    public void close() {
      if (held) {
        held = false;
        free.release();
      }
    }

    private void begin() {
      try {
        do {
          task.checkpoint();
        } while (!free.tryAcquire(STOP_POLL_MS, TimeUnit.MILLISECONDS));
        held = true;
      } catch (InterruptedException e) {
        throw task.interruption(e);
      }
    }
  }
}
