package io.blockseal.cli.snapshot;

import io.blockseal.cli.Context;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The table of the `snapshot` commands.
@Command(name = "snapshot", description = "Take, copy and manage snapshots.")
public final class SnapshotCommands {
  private SnapshotCommands() {}

  public static CommandLine table(Context context) {
    return new CommandLine(new SnapshotCommands())
        .addSubcommand(new CreateSnapshot(context))
        .addSubcommand(new CopySnapshot(context))
        .addSubcommand(new ListSnapshots(context))
        .addSubcommand(new ShowSnapshot(context))
        .addSubcommand(new WaitSnapshot(context))
        .addSubcommand(new DeleteSnapshot(context));
  }
}
