package io.blockseal.ebs;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// What goes on after a call was answered: each piece on a virtual thread of its own.
///
/// The number of pieces is bounded by the records that are in a state of change, one piece each. A
/// piece that ends with an exception leaves its record in that state, so that [Recovery] takes it
/// up at the next start. Closing interrupts nobody, since an interrupt would close the files that a
/// piece is writing: it wakes those that wait here, and gives the others a while. Thread-safe.
final class BackgroundWork implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BackgroundWork.class.getName());

  /// How long closing waits for pieces that are busy.
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final AtomicInteger running = new AtomicInteger();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  /// Something to do. An [InterruptedException] means that the daemon is closing.
  @FunctionalInterface
  interface Piece {
    void run() throws Exception;
  }

  /// Starts `piece`; does nothing once this is closed.
  void start(String what, Piece piece) {
    if (closed.isDone()) {
      LOG.log(Level.DEBUG, () -> "not started, the daemon is closing: " + what);
      return;
    }
    running.incrementAndGet();
    Thread.ofVirtual().name(what).start(() -> runLogged(what, piece));
  }

  /// Waits for `duration`.
  ///
  /// @throws InterruptedException as soon as this is closed
  void pause(Duration duration) throws InterruptedException {
    try {
      closed.get(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException("closing never fails", e);
    }
    checkOpen();
  }

  /// Waits for `future`.
  ///
  /// @throws InterruptedException as soon as this is closed
  /// @throws IOException if the future failed, with its reason
  void await(CompletableFuture<?> future) throws IOException, InterruptedException {
    try {
      CompletableFuture.anyOf(future, closed).get();
      checkOpen();
    } catch (ExecutionException e) {
      checkOpen();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
    }
  }

  /// Whether it is closed, for those who may not be interrupted.
  boolean closed() {
    return closed.isDone();
  }

  /// To be called before a failure is taken for what it seems: while the daemon closes, everything
  /// may fail.
  ///
  /// @throws InterruptedException once this is closed
  void checkOpen() throws InterruptedException {
    if (closed.isDone()) {
      throw new InterruptedException("the daemon is closing");
    }
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

  @Override
  public void close() {
    closed.complete(true);
    try {
      if (!awaitIdle(CLOSE_PATIENCE)) {
        LOG.log(Level.WARNING, "work goes on in the background after {0}", CLOSE_PATIENCE);
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
    } catch (Exception | Error e) { // an Error would end this thread without a word
      LOG.log(Level.ERROR, () -> what + " failed; it is taken up again at the next start", e);
    } finally {
      running.decrementAndGet();
    }
  }
}
