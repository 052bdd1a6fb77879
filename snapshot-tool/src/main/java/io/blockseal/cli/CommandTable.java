package io.blockseal.cli;

import io.blockseal.cli.key.KeyCommands;
import io.blockseal.cli.settings.ClockCommands;
import io.blockseal.cli.settings.SettingsCommands;
import io.blockseal.cli.snapshot.SnapshotCommands;
import io.blockseal.cli.volume.VolumeCommands;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;

/// The table of all commands.
@Command(
    name = "blockseal",
    description = "Encrypted block volumes, their keys and snapshots.%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  eval \"$(blockseal env --data /var/lib/blockseal)\"",
      "  blockseal volume create --size 10G --encrypted --wait",
      "  blockseal volume attach vol-0123456789abcdef0 --mkfs ext4 --mount /mnt/data",
      "  blockseal snapshot create vol-0123456789abcdef0 --wait",
      "  source <(blockseal generate-completion)"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:something on this host failed",
      "2:the command line is wrong",
      "3:the service refused the call",
      "4:the service could not be reached"
    })
final class CommandTable {
  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private final GlobalOptions options;

  private CommandTable(GlobalOptions options) {
    this.options = options;
  }

  /// The whole command line; `options` receives what is common to all commands.
  static CommandLine of(Context context, GlobalOptions options, String version) {
    CommandLine line =
        new CommandLine(new CommandTable(options))
            .addSubcommand(KeyCommands.table(context))
            .addSubcommand(VolumeCommands.table(context))
            .addSubcommand(SnapshotCommands.table(context))
            .addSubcommand(SettingsCommands.table(context))
            .addSubcommand(ClockCommands.table(context))
            .addSubcommand(new Health(context))
            .addSubcommand(new Env(context, options))
            .addSubcommand(completion())
            .addSubcommand(new HelpCommand());
    addStandardOptions(line, version);
    Failure failure = new Failure(context);
    line.setExecutionExceptionHandler(failure);
    line.setParameterExceptionHandler(failure);
    line.setExecutionStrategy(new NoEmptyArguments());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    return line;
  }

  private static CommandLine completion() {
    CommandLine completion = new CommandLine(new AutoComplete.GenerateCompletion());
    completion
        .getCommandSpec()
        .usageMessage()
        .footerHeading("%nExamples:%n")
        .footer("  source <(blockseal generate-completion)");
    return completion;
  }

  private static void addStandardOptions(CommandLine line, String version) {
    line.getCommandSpec().mixinStandardHelpOptions(true).version("blockseal " + version);
    line.getSubcommands().values().forEach(command -> addStandardOptions(command, version));
  }
}
