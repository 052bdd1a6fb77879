package io.blockseal.cli.snapshot;

import io.blockseal.aws.ec2.Filter;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.cli.Context;
import io.blockseal.cli.StructureJson;
import io.blockseal.cli.Table;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// List the snapshots of this account and Region.
@Command(
    name = "list",
    description = "List the snapshots of this account and Region.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal snapshot list",
      "  blockseal snapshot list --volume vol-0123456789abcdef0"
    })
final class ListSnapshots implements Runnable {
  private final Context context;

  @Option(names = "--volume", paramLabel = "VOLUME", description = "Only those of this volume.")
  private @Nullable String volume;

  ListSnapshots(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    List<Filter> filters =
        volume == null
            ? List.of()
            : List.of(Filter.builder().name("volume-id").values(List.of(volume)).build());
    List<Snapshot> snapshots = Snapshots.all(context, filters);
    context
        .output()
        .show(
            Map.of("Snapshots", snapshots.stream().map(StructureJson::of).toList()),
            () -> table(snapshots));
  }

  private static Table table(List<Snapshot> snapshots) {
    Table table =
        new Table(
            "snapshot", "state", "progress", "volume", "size", "key", "started", "description");
    for (Snapshot snapshot : snapshots) {
      table.row(
          snapshot.snapshotId(),
          snapshot.state(),
          snapshot.progress(),
          snapshot.volumeId(),
          snapshot.volumeSize() + " GiB",
          snapshot.kmsKeyId() == null ? "not encrypted" : snapshot.kmsKeyId(),
          snapshot.startTime(),
          snapshot.description());
    }
    return table;
  }
}
