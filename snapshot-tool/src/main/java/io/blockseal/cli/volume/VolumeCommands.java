package io.blockseal.cli.volume;

import io.blockseal.cli.Context;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The table of the `volume` commands.
@Command(name = "volume", description = "Create, attach, mount, grow and delete volumes.")
public final class VolumeCommands {
  private VolumeCommands() {}

  public static CommandLine table(Context context) {
    return new CommandLine(new VolumeCommands())
        .addSubcommand(new CreateVolume(context))
        .addSubcommand(new ListVolumes(context))
        .addSubcommand(new ShowVolume(context))
        .addSubcommand(new AttachVolume(context))
        .addSubcommand(new DetachVolume(context))
        .addSubcommand(new GrowVolume(context))
        .addSubcommand(new ExplainVolume(context))
        .addSubcommand(new DeleteVolume(context));
  }
}
