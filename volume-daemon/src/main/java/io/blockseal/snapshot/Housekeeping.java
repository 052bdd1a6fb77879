package io.blockseal.snapshot;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The one thread that removes deleted snapshots and sweeps garbage chunks.
///
/// It has no queue: what is to be done is written in the metadata, and it is only told to look.
/// What it cannot do now it logs and tries again when it is told to look next, or after a restart.
/// Thread-safe.
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Housekeeping.class.getName());

  private final SnapshotRemoval removal;

  /// Guards the fields below.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private boolean asked;
  private boolean busy;
  private boolean closed;

  Housekeeping(SnapshotRemoval removal) {
    this.removal = removal;
  }

  /// Looks for the first time.
  void start() {
    wake();
    Thread.ofVirtual().name("snapshot-housekeeping").start(this::run);
  }

  /// Looks soon.
  void wake() {
    lock.lock();
    try {
      asked = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there is nothing left to be done.
  void settle() {
    lock.lock();
    try {
      while (!closed && (asked || busy)) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Stops after the step that is under way.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (busy) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (next()) {
      try {
        removal.run();
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "snapshots that were deleted still take space", e);
      } finally {
        done();
      }
    }
  }

  /// Waits for work.
  ///
  /// @return false if there will be none
  private boolean next() {
    lock.lock();
    try {
      while (!asked && !closed) {
        changed.awaitUninterruptibly();
      }
      asked = false;
      busy = !closed;
      return busy;
    } finally {
      lock.unlock();
    }
  }

  private void done() {
    lock.lock();
    try {
      busy = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
