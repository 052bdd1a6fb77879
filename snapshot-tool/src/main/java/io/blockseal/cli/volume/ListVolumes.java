package io.blockseal.cli.volume;

import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.cli.Context;
import io.blockseal.cli.StructureJson;
import io.blockseal.cli.Table;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/// Lists the volumes of this account and Region.
@Command(
    name = "list",
    description = "List the volumes of this account and Region.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal volume list",
      "  blockseal volume list --region eu-west-1 --output json"
    })
final class ListVolumes implements Runnable {
  private final Context context;

  ListVolumes(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    List<Volume> volumes = Volumes.all(context);
    context
        .output()
        .show(
            Map.of("Volumes", volumes.stream().map(StructureJson::of).toList()),
            () -> table(volumes));
  }

  private static Table table(List<Volume> volumes) {
    Table table = new Table("volume", "state", "size", "key", "attached as", "zone", "created");
    for (Volume volume : volumes) {
      String devices =
          volume.attachmentsOrEmpty().stream()
              .map(VolumeAttachment::device)
              .collect(Collectors.joining(", "));
      table.row(
          volume.volumeId(),
          volume.state(),
          volume.size() + " GiB",
          Boolean.TRUE.equals(volume.encrypted()) ? volume.kmsKeyId() : "not encrypted",
          devices.isEmpty() ? null : devices,
          volume.availabilityZone(),
          volume.createTime());
    }
    return table;
  }
}
