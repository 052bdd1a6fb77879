package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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

  @Test
  void showsNoControlCharacterOfWhatOthersWrote() {
    new Table("description")
        .row("a\u001b[2Jb\nc\u009bd\u202ee")
        .print(new PrintWriter(shown), false);
    assertThat(shown.toString())
        .isEqualToNormalizingNewlines("DESCRIPTION\na\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFDe\n");
  }

  @Test
  void joinsListsAndLeavesEmptyFactsOut() {
    Table.facts()
        .fact("regions", List.of("us-east-1", "eu-west-1"))
        .fact("snapshot", "")
        .print(new PrintWriter(shown), false);
    assertThat(shown.toString()).isEqualToNormalizingNewlines("regions  us-east-1, eu-west-1\n");
  }
}
