package io.blockseal.cli.snapshot;

import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.cli.Context;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Delete a snapshot. What other snapshots need stays.
@Command(
    name = "delete",
    description = "Delete a snapshot. What other snapshots need stays.",
    footerHeading = "%nExamples:%n",
    footer = "  blockseal snapshot delete snap-0123456789abcdef0")
final class DeleteSnapshot implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "SNAPSHOT", description = "Snapshot id.")
  private String snapshot = "";

  DeleteSnapshot(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context
        .ec2()
        .deleteSnapshot(
            context.caller(), DeleteSnapshotRequest.builder().snapshotId(snapshot).build());
    context.output().done("SnapshotId", snapshot);
  }
}
