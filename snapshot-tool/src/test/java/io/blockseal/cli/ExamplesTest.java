package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/// `--help` of every command ends with examples, and each of them is a command line that is
/// understood.
final class ExamplesTest {
  private static CommandLine table() {
    return CommandTable.of(new RecordingContext(), new GlobalOptions(Map.of()), "test");
  }

  static Stream<CommandLine> commands() {
    return below(table());
  }

  private static Stream<CommandLine> below(CommandLine command) {
    return command.getSubcommands().isEmpty()
        ? Stream.of(command)
        : command.getSubcommands().values().stream()
            .filter(sub -> !(sub.getCommand() instanceof HelpCommand))
            .flatMap(ExamplesTest::below);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandShowsExamplesThatItUnderstands(CommandLine command) {
    List<String> examples = List.of(command.getCommandSpec().usageMessage().footer());
    assertThat(examples).as(command.getCommandSpec().qualifiedName()).isNotEmpty();
    for (String example : examples) {
      assertThat(example).contains("blockseal ");
      if (!example.contains("$(") && !example.contains("<(")) {
        String[] words = example.strip().replaceAll("\"[^\"]*\"", "text").split(" +", -1);
        assertThat(words[0]).isEqualTo("blockseal");
        table().parseArgs(Arrays.copyOfRange(words, 1, words.length));
      }
    }
  }
}
