package io.blockseal.cli.settings;

import io.blockseal.cli.Context;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The table of the `settings` commands.
@Command(name = "settings", description = "Show and change the account settings of this Region.")
public final class SettingsCommands {
  private SettingsCommands() {}

  public static CommandLine table(Context context) {
    return new CommandLine(new SettingsCommands())
        .addSubcommand(new ShowSettings(context))
        .addSubcommand(new EncryptionByDefault(context))
        .addSubcommand(new DefaultKey(context));
  }
}
