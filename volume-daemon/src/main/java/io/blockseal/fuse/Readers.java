package io.blockseal.fuse;

import io.blockseal.fuse.kernel.FuseExchange;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Which of the threads that serve a mount may wait for its next request: a few at a time.
///
/// The kernel wakes those that wait in turn. The fewer they are, the likelier is one that has not
/// gone to sleep yet, and the seldomer do two of them meet at a file's lock; the others stay in
/// reserve for when some wait for the disk. Thread-safe.
final class Readers {
  private final Semaphore places;

  /// How many wait for a request.
  private final AtomicInteger waiting = new AtomicInteger();

  private Readers(int places) {
    this.places = new Semaphore(places);
  }

  /// As many as keep the processors busy while some wait for a short read.
  static Readers ofThisMachine() {
    return new Readers(2 + 2 * Runtime.getRuntime().availableProcessors());
  }

  /// Waits for a place. It is the caller's until [#leave].
  void join() {
    places.acquireUninterruptibly();
  }

  void leave() {
    places.release();
  }

  /// [FuseExchange#receive].
  boolean receive(FuseExchange exchange) throws IOException {
    waiting.incrementAndGet();
    try {
      return exchange.receive();
    } finally {
      waiting.decrementAndGet();
    }
  }

  /// Leaves if nobody else waits for a request, so that somebody does.
  ///
  /// @return whether the caller has left, and has to [#join] again
  boolean standAside() {
    if (waiting.get() > 0) {
      return false;
    }
    leave();
    return true;
  }
}
