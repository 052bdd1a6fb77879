package io.blockseal.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waiting for a service to get somewhere, by asking again and again.
public final class Polling {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private Polling() {}

  /// Asks until `reached` says yes, pausing 50 ms at first and up to a second later.
  ///
  /// @throws CommandException if it is not reached within `limit`, or the thread is interrupted
  public static void until(String what, Duration limit, BooleanSupplier reached) {
    awaited(
        what, limit, () -> reached.getAsBoolean() ? Optional.of(Boolean.TRUE) : Optional.empty());
  }

  /// Asks until there is an answer, in the same way, and returns it.
  ///
  /// @throws CommandException if there is none within `limit`, or the thread is interrupted
  public static <T> T awaited(String what, Duration limit, Supplier<Optional<T>> asked) {
    long deadline = System.nanoTime() + limit.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      Optional<T> answer = asked.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(
            "gave up waiting after %d s: %s".formatted(limit.toSeconds(), what));
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException("interrupted while waiting: " + what, e);
      }
      Duration longer = pause.multipliedBy(3).dividedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }
}
