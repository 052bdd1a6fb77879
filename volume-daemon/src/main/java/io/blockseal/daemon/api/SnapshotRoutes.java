package io.blockseal.daemon.api;

import io.blockseal.aws.AwsException;
import io.blockseal.daemon.api.Route.Call;
import io.blockseal.ebs.ResourceName;
import io.blockseal.ebs.SnapshotExplanation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `GET snapshots/{id}`: how many bytes of a snapshot or copy are done, since when it runs, and why
/// it failed.
final class SnapshotRoutes {
  private final Function<ResourceName, Optional<SnapshotExplanation>> snapshots;

  SnapshotRoutes(Function<ResourceName, Optional<SnapshotExplanation>> snapshots) {
    this.snapshots = snapshots;
  }

  List<Route> table() {
    return List.of(new Route("GET", "snapshots/{id}", this::show));
  }

  private Map<String, @Nullable Object> show(Call call) {
    SnapshotExplanation snapshot =
        snapshots
            .apply(call.resource())
            .orElseThrow(
                () ->
                    AwsException.sender(
                        "InvalidSnapshot.NotFound",
                        404,
                        "The snapshot '" + call.id() + "' does not exist."));
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("snapshotId", call.id());
    facts.put("state", snapshot.state());
    facts.put("started", snapshot.started() == null ? null : snapshot.started().toString());
    facts.put("cipher", snapshot.cipher() == null ? null : snapshot.cipher().name());
    facts.put("kmsKeyArn", snapshot.kmsKeyArn());
    facts.put("lineageId", snapshot.lineageId());
    facts.put("bytesDone", snapshot.doneBytes());
    facts.put("bytesTotal", snapshot.totalBytes());
    FailureFacts.put(facts, snapshot.lastFailure());
    return facts;
  }
}
