package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DescribeVolumesResult;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `DescribeVolumes`.
final class VolumeListing {
  static final int CAP_RESULTS = 1_000;

  private static final FilterNames<VolumeRecord> FILTERS =
      FilterNames.<VolumeRecord>builder()
          .one("attachment.attach-time", attachment(Attachment::began))
          .one("attachment.delete-on-termination", attachment(_ -> false))
          .one("attachment.device", attachment(Attachment::device))
          .one("attachment.instance-id", attachment(Attachment::instanceId))
          .one("attachment.status", attachment(Attachment::state))
          .one("availability-zone", VolumeRecord::zone)
          .one("availability-zone-id", volume -> Geography.zoneId(volume.zone()))
          .one("create-time", VolumeRecord::created)
          .one("encrypted", VolumeRecord::encrypted)
          .one("fast-restored", _ -> false)
          .one("multi-attach-enabled", volume -> volume.performance().multiAttach())
          .one("operator.managed", _ -> false)
          .never("operator.principal")
          .one("size", volume -> volume.performance().sizeGib())
          .one("snapshot-id", VolumeRecord::snapshotId)
          .one("status", VolumeRecord::state)
          .one("volume-id", VolumeRecord::id)
          .one("volume-type", volume -> volume.performance().type())
          .tags(VolumeRecord::tags)
          .build();

  private final ControlPlane plane;

  VolumeListing(ControlPlane plane) {
    this.plane = plane;
  }

  DescribeVolumesResult describe(Caller caller, DescribeVolumesRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    Listing.Query query =
        new Listing.Query(
            caller,
            request.toBuilder().maxResults(null).nextToken(null).build(),
            !request.volumeIdsOrEmpty().isEmpty(),
            "volumeIds",
            request.maxResults(),
            request.nextToken(),
            CAP_RESULTS);
    List<VolumeRecord> matching =
        named(plane, caller, request.volumeIdsOrEmpty()).stream()
            .filter(FILTERS.matching(request.filters()))
            .toList();
    Listing<VolumeRecord> page = Listing.page(matching, VolumeListing::sortKey, query);
    return new DescribeVolumesResult(
        page.nextToken(), page.items().stream().map(VolumeView::described).toList());
  }

  /// The caller's volumes of these ids, each of which must exist; all of them if there are no ids.
  static List<VolumeRecord> named(ControlPlane plane, Caller caller, List<String> ids) {
    if (ids.isEmpty()) {
      return plane.records().volumes().list(EbsRecords.area(caller));
    }
    return ids.stream().distinct().map(id -> plane.records().volume(caller, id)).toList();
  }

  /// By age, then by id.
  static String sortKey(VolumeRecord volume) {
    return FilterNames.time(volume.created()) + volume.id();
  }

  private static Function<VolumeRecord, @Nullable Object> attachment(
      Function<Attachment, Object> value) {
    return volume -> volume.attachment() == null ? null : value.apply(volume.attachment());
  }
}
