package io.blockseal.cli.snapshot;

import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.cli.Context;
import io.blockseal.cli.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Show one snapshot.
@Command(
    name = "show",
    description = "Show one snapshot.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal snapshot show snap-0123456789abcdef0")
final class ShowSnapshot implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "SNAPSHOT", description = "Snapshot id.")
  private String snapshot = "";

  ShowSnapshot(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Snapshot found = Snapshots.one(context, snapshot);
    context.output().show(found, () -> table(found));
  }

  private static Table table(Snapshot snapshot) {
    return Table.facts()
        .fact("snapshot", snapshot.snapshotId())
        .fact("state", snapshot.state())
        .fact("message", snapshot.stateMessage())
        .fact("progress", snapshot.progress())
        .fact("volume", snapshot.volumeId())
        .fact("size", snapshot.volumeSize() + " GiB")
        .fact("key", snapshot.kmsKeyId() == null ? "not encrypted" : snapshot.kmsKeyId())
        .fact("data key", snapshot.dataEncryptionKeyId())
        .fact("started", snapshot.startTime())
        .fact("completed", snapshot.completionTime())
        .fact("description", snapshot.description());
  }
}
