package io.blockseal.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// One line that shows how far a long thing is, at which rate, and how long it will still take.
///
/// Nothing is shown in the first second, and nothing at all where the line could not be redrawn.
/// Rate and time left come from what was done since the first report, for whoever joins late did
/// not see the rest being done. Who stops waiting (Ctrl-C) gets a clean line back, and is told that
/// only the waiting is over.
public final class ProgressBar implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final int WIDTH = 20;
  private static final String CLEAR = "\r\u001b[K";

  /// A line that is wider than the terminal is cut: wrapped, it could not be taken away again.
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  /// What was done when, as it was first reported; in bytes or as a fraction.
  private record Report(double done, Instant time) {}

  private final PrintWriter out;
  private final boolean visible;
  private final String label;
  private final InstantSource clock;
  private final Instant start;
  private @Nullable Report first;
  private final Thread interruption = new Thread(this::interrupt, "progress-interruption");
  private volatile boolean drawn;

  public ProgressBar(PrintWriter out, boolean visible, String label, InstantSource clock) {
    this.out = out;
    this.visible = visible;
    this.label = label;
    this.clock = clock;
    this.start = clock.instant();
  }

  /// Shows `done` of `total` bytes.
  public void bytes(long done, long total) {
    double rate = rate((double) done);
    String amounts = "%s of %s".formatted(Sizes.text((double) done), Sizes.text((double) total));
    draw(
        total == 0 ? 1 : (double) done / total,
        rate > 0 ? amounts + "  " + Sizes.text(rate) + "/s" : amounts,
        eta((double) (total - done), rate));
  }

  /// Shows a fraction between 0 and 1, where no bytes are known.
  public void fraction(double fraction) {
    draw(fraction, "", eta(1 - fraction, rate(fraction)));
  }

  /// What is done in a second; 0 while that is unknown.
  private double rate(double done) {
    Instant now = clock.instant();
    if (first == null) {
      first = new Report(done, now);
    }
    double seconds = Duration.between(first.time, now).toMillis() / 1000.0;
    return seconds <= 0 ? 0 : Math.max(0, (done - first.done) / seconds);
  }

  private static String eta(double left, double rate) {
    if (left <= 0 || rate <= 0) {
      return "";
    }
    long seconds = Math.round(left / rate);
    return seconds >= 3600
        ? "ETA %d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60)
        : "ETA %d:%02d".formatted(seconds / 60, seconds % 60);
  }

  private void draw(double fraction, String amounts, String eta) {
    if (!visible || Duration.between(start, clock.instant()).compareTo(SILENCE) < 0) {
      return;
    }
    double bounded = Math.clamp(fraction, 0, 1);
    int full = (int) Math.round(bounded * WIDTH);
    String line =
        "%s [%s%s] %3.0f%%  %s  %s"
            .formatted(
                label, "=".repeat(full), " ".repeat(WIDTH - full), bounded * 100, eta, amounts);
    out.print(CLEAR + NO_WRAP + line.stripTrailing() + WRAP);
    out.flush();
    if (!drawn) {
      Runtime.getRuntime().addShutdownHook(interruption);
    }
    drawn = true;
  }

  private void interrupt() {
    out.println(CLEAR + "note: " + label + " goes on; only the waiting has ended");
    out.flush();
  }

  /// Takes the line away.
  @Override
  public void close() {
    if (drawn) {
      Runtime.getRuntime().removeShutdownHook(interruption);
      out.print(CLEAR);
      out.flush();
    }
  }
}
