package io.blockseal.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A few virtual threads that work through items together.
///
/// The threads live only as long as the call, and an item is drawn only when a thread is free for
/// it, so memory is bounded by [#THREADS] items however many there are.
final class ParallelWork<T> {
  /// Enough to keep a disk and two or more cores busy; each thread may hold two chunk buffers.
  static final int THREADS = 4;

  private final Step<T> step;

  /// Guards the fields below; the iterator is called with it held.
  private final ReentrantLock lock = new ReentrantLock();

  private final Iterator<T> items;
  private @Nullable Throwable failure;

  private ParallelWork(Iterator<T> items, Step<T> step) {
    this.items = items;
    this.step = step;
  }

  /// Calls `step` once with each item and returns when all calls have. After a failure no further
  /// item is drawn, and the first failure is thrown with the others suppressed.
  static <T> void forEach(Iterator<T> items, Step<T> step) throws IOException {
    ParallelWork<T> work = new ParallelWork<>(items, step);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofVirtual().name("snapshot-work-" + i).start(work::run));
    }
    threads.forEach(ParallelWork::join);
    work.rethrow();
  }

  private void run() {
    try {
      for (T item = draw(); item != null; item = draw()) {
        step.run(item);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private @Nullable T draw() {
    lock.lock();
    try {
      return failure == null && items.hasNext() ? items.next() : null;
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
        return;
      }
      failure.addSuppressed(e);
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a thread that uses what the caller owns, interrupted or not.
  static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void rethrow() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /// What is done with one item.
  interface Step<T> {
    void run(T item) throws IOException;
  }
}
