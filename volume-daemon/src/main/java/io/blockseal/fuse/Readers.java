package io.blockseal.fuse;

import io.blockseal.fuse.kernel.FuseExchange;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Which of the threads that serve a mount may take its next request: a few at a time.
///
/// The kernel wakes those that wait in turn. The fewer they are, the likelier is one that has not
/// gone to sleep yet, and the seldomer do two of them meet at a file's lock. The others stay in
/// reserve for when all of the few are held up, whatever by: another one then takes a place beside
/// theirs, and whoever comes back while somebody waits gives one up.
///
/// Thread-safe.
final class Readers implements Closeable {
  /// How long nobody may be left to take a request. Hot requests take a hundredth of it.
  private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Semaphore places;

  /// How many wait for a request.
  private final AtomicInteger waiting = new AtomicInteger();

  /// How many requests were taken.
  private final AtomicLong taken = new AtomicLong();

  /// How many places there are too many of, which those who come back have to give up.
  private final AtomicInteger surplus = new AtomicInteger();

  private final Thread watch = new Thread(this::watch, "blockseal-fuse-watch");

  /// Whether the watch sleeps until nobody waits for a request.
  private volatile boolean atEase;

  private volatile boolean closed;

  private Readers(int places) {
    this.places = new Semaphore(places);
    watch.setDaemon(true);
  }

  /// As many as keep the processors busy while some wait for a short read.
  static Readers ofThisMachine() {
    var readers = new Readers(2 + 2 * Runtime.getRuntime().availableProcessors());
    readers.watch.start();
    return readers;
  }

  /// Waits for a place. It is the caller's until [#leave].
  void join() {
    places.acquireUninterruptibly();
  }

  void leave() {
    places.release();
  }

  /// [FuseExchange#receive], by one who has a place, when it is his turn.
  boolean receive(FuseExchange exchange) throws IOException {
    int tooMany = surplus.get();
    if (tooMany > 0 && waiting.get() > 0 && surplus.compareAndSet(tooMany, tooMany - 1)) {
      join();
    }
    waiting.incrementAndGet();
    try {
      return exchange.receive();
    } finally {
      taken.incrementAndGet();
      if (waiting.decrementAndGet() == 0 && atEase) {
        LockSupport.unpark(watch);
      }
    }
  }

  /// Lets the watch go. Whoever joined has left, or will.
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watch);
  }

  private void watch() {
    while (!closed) {
      atEase = true;
      if (waiting.get() > 0) {
        LockSupport.park(this);
      }
      atEase = false;
      long before = taken.get();
      pause();
      if (waiting.get() == 0 && taken.get() == before && places.hasQueuedThreads()) {
        surplus.incrementAndGet();
        leave();
      }
    }
  }

  private void pause() {
    long endNs = System.nanoTime() + STALL_NS;
    for (long left = STALL_NS; left > 0 && !closed; left = endNs - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }
}
