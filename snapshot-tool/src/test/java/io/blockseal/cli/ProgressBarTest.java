package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {
  private final StringWriter shown = new StringWriter();
  private Instant now = Instant.EPOCH;

  @Test
  void showsAmountRateAndTimeLeft() {
    try (ProgressBar bar = bar(true)) {
      bar.bytes(0, 1000L << 20);
      now = now.plusSeconds(10);
      bar.bytes(250L << 20, 1000L << 20);
    }
    assertThat(shown.toString())
        .contains("snap-1 [=====               ]")
        .contains("25%")
        .contains("250 MiB of 1000 MiB")
        .contains("25.0 MiB/s")
        .contains("ETA 0:30")
        .endsWith("\r\u001b[K");
  }

  @Test
  void countsOnlyWhatItSawBeingDone() {
    try (ProgressBar bar = bar(true)) {
      bar.bytes(800L << 20, 1000L << 20);
      now = now.plusSeconds(10);
      bar.bytes(900L << 20, 1000L << 20);
    }
    assertThat(shown.toString()).contains("90%").contains("10.0 MiB/s").contains("ETA 0:10");
  }

  @Test
  void countsFractionsLikewise() {
    try (ProgressBar bar = bar(true)) {
      bar.fraction(0.5);
      now = now.plusSeconds(30);
      bar.fraction(0.75);
    }
    assertThat(shown.toString()).contains("75%").contains("ETA 0:30");
  }

  @Test
  void saysNoRateBeforeItKnowsOne() {
    try (ProgressBar bar = bar(true)) {
      now = now.plusSeconds(10);
      bar.bytes(800L << 20, 1000L << 20);
    }
    assertThat(shown.toString()).contains("80%").doesNotContain("/s").doesNotContain("ETA");
  }

  @Test
  void staysSilentInTheFirstSecond() {
    try (ProgressBar bar = bar(true)) {
      now = now.plusMillis(999);
      bar.bytes(1, 2);
    }
    assertThat(shown.toString()).isEmpty();
  }

  @Test
  void staysSilentWithoutATerminal() {
    try (ProgressBar bar = bar(false)) {
      now = now.plusSeconds(10);
      bar.fraction(0.5);
    }
    assertThat(shown.toString()).isEmpty();
  }

  private ProgressBar bar(boolean visible) {
    return new ProgressBar(new PrintWriter(shown), visible, "snap-1", () -> now);
  }
}
