package io.blockseal.cli.snapshot;

import io.blockseal.cli.Context;
import io.blockseal.cli.StructureJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Wait until snapshots are completed, showing progress.
@Command(
    name = "wait",
    description = "Wait until snapshots are completed, showing progress.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  blockseal snapshot wait snap-0123456789abcdef0",
      "  blockseal snapshot wait snap-0123456789abcdef0 snap-0123456789abcdef1"
    })
final class WaitSnapshot implements Runnable {
  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "SNAPSHOT", description = "Snapshot ids.")
  private List<String> snapshots = List.of();

  WaitSnapshot(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    List<Map<String, @Nullable Object>> completed = new ArrayList<>();
    for (String id : snapshots) {
      completed.add(StructureJson.of(Snapshots.await(context, id)));
      context.output().made(id);
    }
    context.output().made(Map.of("Snapshots", completed));
  }
}
