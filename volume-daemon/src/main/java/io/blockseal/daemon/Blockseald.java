package io.blockseal.daemon;

import io.blockseal.ebs.FailureText;
import java.io.PrintWriter;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// The program `blockseald`: the table of its commands.
@Command(
    name = "blockseald",
    description = "The Blockseal daemon: encrypted block volumes with the APIs of EBS and KMS.%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseald init --data /var/lib/blockseal",
      "  blockseald run --data /var/lib/blockseal --mount /mnt/volumes",
      "  source <(blockseald generate-completion)"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:it failed", "2:the command line is wrong"})
public final class Blockseald {
  private static final int FAILED = 1;

  private Blockseald() {}

  public static void main(String[] arguments) {
    System.exit(line(System.getenv()).execute(arguments));
  }

  static CommandLine line(Map<String, String> environment) {
    CommandLine line =
        new CommandLine(new Blockseald())
            .addSubcommand(new InitCommand(environment))
            .addSubcommand(new RunCommand(environment))
            .addSubcommand(new InspectCommand())
            .addSubcommand(AccessKeyCommand.table(environment))
            .addSubcommand(new RotateDomainKeyCommand(environment))
            .addSubcommand(new GenerateCompletion())
            .addSubcommand(new HelpCommand());
    addStandardOptions(line);
    line.setExecutionExceptionHandler((failure, command, _) -> failed(failure, command));
    line.setExecutionStrategy(new NoEmptyArguments());
    line.setUsageHelpAutoWidth(true);
    return line;
  }

  /// As the jar's manifest says; classes that lie about have no version.
  static String version() {
    String version = Blockseald.class.getPackage().getImplementationVersion();
    return version == null ? "(unpacked)" : version;
  }

  private static void addStandardOptions(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true).version("blockseald " + version());
    line.getSubcommands().values().forEach(Blockseald::addStandardOptions);
  }

  /// The one place where an exception becomes a message and an exit code.
  private static int failed(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    String message = FailureText.of(failure);
    err.println("error: " + message);
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      String reason = cause.getMessage();
      if (reason != null && !message.contains(reason)) {
        err.println("because: " + reason);
      }
    }
    err.flush();
    return FAILED;
  }
}
