package io.blockseal.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// One line that shows how far a long thing is, at which rate, and how long it will still take.
///
/// Nothing is shown in the first second, and nothing at all where the line could not be redrawn.
public final class ProgressBar implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final int WIDTH = 28;

  private final PrintWriter out;
  private final boolean visible;
  private final String label;
  private final InstantSource clock;
  private final Instant start;
  private boolean drawn;

  public ProgressBar(PrintWriter out, boolean visible, String label, InstantSource clock) {
    this.out = out;
    this.visible = visible;
    this.label = label;
    this.clock = clock;
    this.start = clock.instant();
  }

  /// Shows `done` of `total` bytes; rate and ETA come from the bytes done since this bar was made.
  public void bytes(long done, long total) {
    double seconds = elapsedSeconds();
    double rate = seconds <= 0 ? 0 : done / seconds;
    String amounts =
        "%s of %s  %s/s"
            .formatted(Sizes.text((double) done), Sizes.text((double) total), Sizes.text(rate));
    draw(total == 0 ? 1 : (double) done / total, amounts);
  }

  /// Shows a fraction between 0 and 1, where no bytes are known.
  public void fraction(double fraction) {
    draw(fraction, "");
  }

  private void draw(double fraction, String amounts) {
    double seconds = elapsedSeconds();
    if (!visible || seconds * 1000 < SILENCE.toMillis()) {
      return;
    }
    double bounded = Math.clamp(fraction, 0, 1);
    int full = (int) Math.round(bounded * WIDTH);
    out.printf(
        "\r\u001b[K%s [%s%s] %3.0f%%  %s  %s",
        label,
        "=".repeat(full),
        " ".repeat(WIDTH - full),
        bounded * 100,
        amounts,
        eta(bounded, seconds));
    out.flush();
    drawn = true;
  }

  private static String eta(double fraction, double seconds) {
    if (fraction <= 0 || fraction >= 1) {
      return "";
    }
    long left = Math.round(seconds * (1 - fraction) / fraction);
    return left >= 3600
        ? "ETA %d:%02d:%02d".formatted(left / 3600, left / 60 % 60, left % 60)
        : "ETA %d:%02d".formatted(left / 60, left % 60);
  }

  private double elapsedSeconds() {
    return Duration.between(start, clock.instant()).toMillis() / 1000.0;
  }

  /// Takes the line away.
  @Override
  public void close() {
    if (drawn) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
