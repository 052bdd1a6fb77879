package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DescribeVolumeStatusRequest;
import io.blockseal.aws.ec2.DescribeVolumeStatusResult;
import io.blockseal.aws.ec2.InitializationStatusDetails;
import io.blockseal.aws.ec2.InitializationType;
import io.blockseal.aws.ec2.VolumeStatusDetails;
import io.blockseal.aws.ec2.VolumeStatusInfo;
import io.blockseal.aws.ec2.VolumeStatusInfoStatus;
import io.blockseal.aws.ec2.VolumeStatusItem;
import io.blockseal.aws.ec2.VolumeStatusName;
import io.blockseal.ebs.BlockPlane.VolumeHealth;
import java.util.List;
import java.util.stream.Stream;

/// `DescribeVolumeStatus`: `impaired` is a volume that refuses writes since a flush failed.
final class VolumeStatusListing {
  private static final int HYDRATED = 100;

  /// A volume and how it does.
  private record Checked(VolumeRecord volume, VolumeStatusInfoStatus status, VolumeHealth health) {
    List<VolumeStatusDetails> details() {
      String io =
          switch (status) {
            case OK, WARNING -> "passed";
            case IMPAIRED -> "failed";
            case INSUFFICIENT_DATA, UNRECOGNIZED -> "not-applicable";
          };
      return List.of(
          new VolumeStatusDetails(VolumeStatusName.IO_ENABLED, io),
          new VolumeStatusDetails(VolumeStatusName.IO_PERFORMANCE, "not-applicable"),
          new VolumeStatusDetails(
              VolumeStatusName.INITIALIZATION_STATE,
              health.hydratedPercent() == HYDRATED ? "completed" : "initializing"));
    }
  }

  private static final FilterNames<Checked> FILTERS =
      FilterNames.<Checked>builder()
          .never("action.code", "action.description", "action.event-id")
          .one("availability-zone", checked -> checked.volume.zone())
          .never("event.description", "event.event-id", "event.event-type")
          .never("event.not-after", "event.not-before")
          .many("volume-status.details-name", checked -> names(checked.details()))
          .many("volume-status.details-status", checked -> states(checked.details()))
          .one("volume-status.status", checked -> checked.status)
          .build();

  private final ControlPlane plane;

  VolumeStatusListing(ControlPlane plane) {
    this.plane = plane;
  }

  DescribeVolumeStatusResult describe(Caller caller, DescribeVolumeStatusRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    Listing.Query query =
        new Listing.Query(
            caller,
            request.toBuilder().maxResults(null).nextToken(null).build(),
            !request.volumeIdsOrEmpty().isEmpty(),
            "volumeIds",
            request.maxResults(),
            request.nextToken(),
            VolumeListing.CAP_RESULTS);
    List<Checked> matching =
        VolumeListing.named(plane, caller, request.volumeIdsOrEmpty()).stream()
            .map(this::check)
            .filter(FILTERS.matching(request.filters()))
            .toList();
    Listing<Checked> page =
        Listing.page(matching, checked -> VolumeListing.sortKey(checked.volume), query);
    return new DescribeVolumeStatusResult(
        page.nextToken(), page.items().stream().map(VolumeStatusListing::view).toList());
  }

  private Checked check(VolumeRecord volume) {
    return switch (volume.state()) {
      case AVAILABLE, IN_USE -> {
        VolumeHealth health = plane.blocks().health(volume.name());
        yield new Checked(
            volume,
            health.readOnly() ? VolumeStatusInfoStatus.IMPAIRED : VolumeStatusInfoStatus.OK,
            health);
      }
      case ERROR ->
          new Checked(volume, VolumeStatusInfoStatus.IMPAIRED, new VolumeHealth(true, HYDRATED));
      case CREATING, DELETING, DELETED, UNRECOGNIZED ->
          new Checked(
              volume,
              VolumeStatusInfoStatus.INSUFFICIENT_DATA,
              new VolumeHealth(false, volume.snapshotId() == null ? HYDRATED : 0));
    };
  }

  private static VolumeStatusItem view(Checked checked) {
    VolumeStatusItem.Builder item =
        VolumeStatusItem.builder()
            .volumeId(checked.volume.id())
            .availabilityZone(checked.volume.zone())
            .availabilityZoneId(Geography.zoneId(checked.volume.zone()))
            .actions(List.of())
            .events(List.of())
            .volumeStatus(new VolumeStatusInfo(checked.details(), checked.status));
    if (checked.volume.snapshotId() != null) {
      item.initializationStatusDetails(
          InitializationStatusDetails.builder()
              .initializationType(InitializationType.DEFAULT)
              .progress((long) checked.health.hydratedPercent())
              .build());
    }
    return item.build();
  }

  private static Stream<String> names(List<VolumeStatusDetails> details) {
    return details.stream().map(detail -> String.valueOf(detail.name()));
  }

  private static Stream<String> states(List<VolumeStatusDetails> details) {
    return details.stream().map(detail -> String.valueOf(detail.status()));
  }
}
