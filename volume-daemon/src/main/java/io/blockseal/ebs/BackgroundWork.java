package io.blockseal.ebs;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What goes on after a call was answered: each piece on a virtual thread of its own.
///
/// The number of pieces is bounded by the records that are in a state of change, one piece each. A
/// piece that ends with an exception leaves its record in that state, so that [Recovery] takes it
/// up at the next start. Thread-safe.
final class BackgroundWork implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BackgroundWork.class.getName());

  /// How long closing waits for pieces that were told to stop.
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger running = new AtomicInteger();

  /// Something to do. An [InterruptedException] means that the daemon is closing.
  @FunctionalInterface
  interface Piece {
    void run() throws Exception;
  }

  /// Starts `piece`; does nothing once this is closed.
  void start(String what, Piece piece) {
    running.incrementAndGet();
    try {
      threads.execute(() -> runLogged(what, piece));
    } catch (RejectedExecutionException e) {
      running.decrementAndGet();
      LOG.log(Level.DEBUG, () -> "not started, the daemon is closing: " + what);
    }
  }

  /// Starts `piece` after a delay.
  void startLater(Duration delay, String what, Piece piece) {
    start(
        what,
        () -> {
          Thread.sleep(delay);
          piece.run();
        });
  }

  /// Waits until nothing is running.
  ///
  /// @return false if something still is after `patience`
  boolean awaitIdle(Duration patience) throws InterruptedException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (running.get() > 0) {
      if (System.nanoTime() - deadlineNs > 0) {
        return false;
      }
      Thread.sleep(1);
    }
    return true;
  }

  /// Interrupts what is running and waits for it, within bounds.
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "background work did not stop within {0}", CLOSE_PATIENCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void runLogged(String what, Piece piece) {
    try {
      piece.run();
    } catch (InterruptedException _) {
      LOG.log(Level.DEBUG, () -> "stopped: " + what);
    } catch (Exception e) {
      LOG.log(Level.ERROR, () -> what + " failed; it is taken up again at the next start", e);
    } finally {
      running.decrementAndGet();
    }
  }
}
