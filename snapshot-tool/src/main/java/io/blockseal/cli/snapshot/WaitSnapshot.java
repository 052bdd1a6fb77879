package io.blockseal.cli.snapshot;

import io.blockseal.cli.Context;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Wait until snapshots are completed, showing progress.
@Command(name = "wait", description = "Wait until snapshots are completed, showing progress.")
final class WaitSnapshot implements Runnable {
  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "SNAPSHOT", description = "Snapshot ids.")
  private List<String> snapshots = List.of();

  WaitSnapshot(Context context) {
    this.context = context;
  }

  @Override
  public void run() {

    for (String id : snapshots) {
      Snapshots.await(context, id);
      context.output().done("SnapshotId", id);
    }
  }
}
