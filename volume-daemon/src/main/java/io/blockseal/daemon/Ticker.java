package io.blockseal.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Does something every so often, on a thread of its own, until it is closed. A failure is logged
/// and tried again at the next turn.
final class Ticker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Ticker.class.getName());

  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private Ticker(String name, Duration period, Runnable work) {
    thread = Thread.ofPlatform().name(name).daemon().start(() -> run(name, period, work));
  }

  /// Starts with a turn at once.
  static Ticker start(String name, Duration period, Runnable work) {
    return new Ticker(name, period, work);
  }

  private void run(String name, Duration period, Runnable work) {
    try {
      do {
        try {
          work.run();
        } catch (RuntimeException e) {
          LOG.log(Level.ERROR, name + " failed and will be tried again", e);
        }
      } while (!stop.await(period.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for the turn under way.
  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.join();
  }
}
