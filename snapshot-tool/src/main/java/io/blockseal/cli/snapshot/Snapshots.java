package io.blockseal.cli.snapshot;

import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsResult;
import io.blockseal.aws.ec2.Filter;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.cli.CommandException;
import io.blockseal.cli.Context;
import io.blockseal.cli.Polling;
import io.blockseal.cli.ProgressBar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looking snapshots up, and waiting for them.
final class Snapshots {
  /// Long enough for a re-encrypting copy of the largest volume at a slow disk's rate.
  private static final Duration LONGEST_WAIT = Duration.ofDays(2);

  private Snapshots() {}

  static Snapshot one(Context context, String id) {
    return context
        .ec2()
        .describeSnapshots(
            context.caller(), DescribeSnapshotsRequest.builder().snapshotIds(List.of(id)).build())
        .snapshotsOrEmpty()
        .getFirst();
  }

  static List<Snapshot> all(Context context, List<Filter> filters) {
    List<Snapshot> snapshots = new ArrayList<>();
    String token = null;
    do {
      DescribeSnapshotsRequest request =
          DescribeSnapshotsRequest.builder()
              .ownerIds(List.of("self"))
              .filters(filters.isEmpty() ? null : filters)
              .nextToken(token)
              .build();
      DescribeSnapshotsResult page = context.ec2().describeSnapshots(context.caller(), request);
      snapshots.addAll(page.snapshotsOrEmpty());
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return snapshots;
  }

  /// Waits until the snapshot is completed, with a progress bar, and returns it.
  ///
  /// @throws CommandException if it ends in the state `error`
  static Snapshot await(Context context, String id) {
    try (ProgressBar bar = context.progress(id)) {
      return Polling.awaited(
          id + " is not completed",
          LONGEST_WAIT,
          () ->
              Optional.of(one(context, id))
                  .filter(snapshot -> isCompleted(context, snapshot, bar)));
    }
  }

  private static boolean isCompleted(Context context, Snapshot snapshot, ProgressBar bar) {
    if (snapshot.state() == SnapshotState.ERROR) {
      throw CommandException.refused(
          "%s ended in error: %s"
              .formatted(
                  snapshot.snapshotId(),
                  snapshot.stateMessage() == null ? "no message" : snapshot.stateMessage()));
    }
    if (snapshot.state() == SnapshotState.COMPLETED) {
      return true;
    }
    show(context, snapshot, bar);
    return false;
  }

  private static void show(Context context, Snapshot snapshot, ProgressBar bar) {
    Optional<Map<String, @Nullable Object>> detail =
        context.daemon().get("snapshots/" + snapshot.snapshotId());
    if (detail.isPresent()
        && detail.get().get("bytesDone") instanceof Long done
        && detail.get().get("bytesTotal") instanceof Long total) {
      bar.bytes(done, total);
    } else if (snapshot.progress() != null && snapshot.progress().endsWith("%")) {
      bar.fraction(
          Integer.parseInt(snapshot.progress().substring(0, snapshot.progress().length() - 1))
              / 100.0);
    }
  }
}
