package io.blockseal.cli.key;

import io.blockseal.cli.Context;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The table of the `key` commands.
@Command(name = "key", description = "Create, list and manage KMS keys.")
public final class KeyCommands {
  private KeyCommands() {}

  public static CommandLine table(Context context) {
    return new CommandLine(new KeyCommands())
        .addSubcommand(new CreateKey(context))
        .addSubcommand(new ListKeys(context))
        .addSubcommand(new ShowKey(context))
        .addSubcommand(new EnableKey(context))
        .addSubcommand(new DisableKey(context))
        .addSubcommand(new RotateKey(context))
        .addSubcommand(new KeyRotation(context))
        .addSubcommand(new ScheduleDeletion(context))
        .addSubcommand(new CancelDeletion(context))
        .addSubcommand(new AliasKey(context));
  }
}
