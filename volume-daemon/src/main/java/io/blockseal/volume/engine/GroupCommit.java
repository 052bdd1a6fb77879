package io.blockseal.volume.engine;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets concurrent flushes share one sync: whoever comes while a sync runs waits for the next one,
/// which one of them runs for all. Thread-safe.
final class GroupCommit {
  /// The work of one sync.
  interface Sync {
    void run() throws IOException;
  }

  private final Sync sync;

  /// Guards the fields below.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition finishedOne = lock.newCondition();

  /// Syncs are numbered from 1 in the order of their start; `finished` is the last that ended.
  private long started;

  private long finished;
  private boolean lastSucceeded;

  /// Null also if the last one ended by something else than an exception of this kind.
  private @Nullable IOException lastFailure;

  GroupCommit(Sync sync) {
    this.sync = sync;
  }

  /// Returns when a sync that began after this call has ended.
  ///
  /// @throws IOException if it failed
  void commit() throws IOException {
    lock.lock();
    try {
      long mine = started + 1;
      while (started > finished && finished < mine) {
        finishedOne.awaitUninterruptibly();
      }
      if (finished >= mine) {
        if (lastSucceeded) {
          return;
        }
        throw lastFailure == null
            ? new IOException("a flush ended unexpectedly")
            : new IOException(lastFailure.getMessage(), lastFailure);
      }
      started++;
    } finally {
      lock.unlock();
    }
    lead();
  }

  private void lead() throws IOException {
    boolean succeeded = false;
    @Nullable IOException failure = null;
    try {
      sync.run();
      succeeded = true;
    } catch (IOException e) {
      failure = e;
      throw e;
    } finally {
      lock.lock();
      try {
        finished = started;
        lastSucceeded = succeeded;
        lastFailure = failure;
        finishedOne.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
