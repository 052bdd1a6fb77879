package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TableTest {
  private final StringWriter shown = new StringWriter();

  @Test
  void alignsColumnsAndMarksWhatIsAbsent() {
    new Table("volume", "state")
        .row("vol-1", "available")
        .row("vol-22", null)
        .print(new PrintWriter(shown), false);
    assertThat(shown.toString())
        .isEqualToNormalizingNewlines("VOLUME  STATE\nvol-1   available\nvol-22  -\n");
  }

  @Test
  void coloursStatesOnATerminalOnly() {
    new Table("state").row("error").print(new PrintWriter(shown), true);
    assertThat(shown.toString()).contains("\u001b[31merror\u001b[0m");
  }
}
