package io.blockseal.cli.settings;

import io.blockseal.cli.Context;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The table of the `clock` commands.
@Command(name = "clock", description = "Show and move the daemon's time.")
public final class ClockCommands {
  private ClockCommands() {}

  public static CommandLine table(Context context) {
    return new CommandLine(new ClockCommands())
        .addSubcommand(new ShowClock(context))
        .addSubcommand(new AdvanceClock(context));
  }
}
