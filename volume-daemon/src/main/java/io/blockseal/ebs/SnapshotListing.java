package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsResult;
import io.blockseal.aws.ec2.StorageTier;
import io.blockseal.ebs.BlockTask.Progress;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `DescribeSnapshots`: an account sees its own snapshots.
final class SnapshotListing {
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  /// A snapshot and how far it is.
  private record Seen(SnapshotRecord snapshot, @Nullable Progress progress) {}

  private static final FilterNames<Seen> FILTERS =
      FilterNames.<Seen>builder()
          .one("description", seen -> seen.snapshot.description())
          .one("encrypted", seen -> seen.snapshot.encrypted())
          .never("owner-alias")
          .one("owner-id", seen -> seen.snapshot.name().account())
          .one("progress", seen -> SnapshotView.progress(seen.snapshot, seen.progress))
          .one("snapshot-id", seen -> seen.snapshot.id())
          .one("start-time", seen -> seen.snapshot.started())
          .one("status", seen -> seen.snapshot.state())
          .one("storage-tier", _ -> StorageTier.STANDARD)
          .one("transfer-type", seen -> SnapshotView.transferType(seen.snapshot))
          .one("volume-id", seen -> seen.snapshot.volumeId())
          .one("volume-size", seen -> seen.snapshot.sizeGib())
          .tags(seen -> seen.snapshot.tags())
          .build();

  private final ControlPlane plane;
  private final SnapshotTasks tasks;

  SnapshotListing(ControlPlane plane, SnapshotTasks tasks) {
    this.plane = plane;
    this.tasks = tasks;
  }

  DescribeSnapshotsResult describe(Caller caller, DescribeSnapshotsRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    Listing.Query query =
        new Listing.Query(
            caller,
            request.toBuilder().maxResults(null).nextToken(null).build(),
            !request.snapshotIdsOrEmpty().isEmpty(),
            "snapshotIds",
            request.maxResults(),
            request.nextToken(),
            VolumeListing.CAP_RESULTS);
    boolean mine =
        includesOwn(caller, request.ownerIdsOrEmpty(), "amazon", "aws-marketplace")
            && includesOwn(caller, request.restorableByUserIdsOrEmpty(), "all");
    List<Seen> matching =
        named(caller, request.snapshotIdsOrEmpty()).stream()
            .filter(_ -> mine)
            .map(snapshot -> new Seen(snapshot, tasks.progress(snapshot.id())))
            .filter(FILTERS.matching(request.filters()))
            .toList();
    Listing<Seen> page = Listing.page(matching, SnapshotListing::sortKey, query);
    return new DescribeSnapshotsResult(
        page.nextToken(),
        page.items().stream()
            .map(seen -> SnapshotView.described(seen.snapshot, seen.progress))
            .toList());
  }

  /// Whether a list of accounts lets the caller's own snapshots through; an empty one does.
  private static boolean includesOwn(Caller caller, List<String> accounts, String... words) {
    for (String account : accounts) {
      if (!account.equals("self")
          && !List.of(words).contains(account)
          && !ACCOUNT.matcher(account).matches()) {
        throw Ec2Errors.invalidValue("Invalid user id: \"" + account + "\"");
      }
    }
    return accounts.isEmpty() || accounts.contains("self") || accounts.contains(caller.accountId());
  }

  private List<SnapshotRecord> named(Caller caller, List<String> ids) {
    if (ids.isEmpty()) {
      return plane.records().snapshots().list(EbsRecords.area(caller));
    }
    return ids.stream().distinct().map(id -> plane.records().snapshot(caller, id)).toList();
  }

  private static String sortKey(Seen seen) {
    return FilterNames.time(seen.snapshot.started()) + seen.snapshot.id();
  }
}
