package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.AttachmentStatus;
import io.blockseal.aws.ec2.DescribeInstancesRequest;
import io.blockseal.aws.ec2.DescribeInstancesResult;
import io.blockseal.aws.ec2.DeviceType;
import io.blockseal.aws.ec2.EbsInstanceBlockDevice;
import io.blockseal.aws.ec2.HypervisorType;
import io.blockseal.aws.ec2.Instance;
import io.blockseal.aws.ec2.InstanceBlockDeviceMapping;
import io.blockseal.aws.ec2.InstanceState;
import io.blockseal.aws.ec2.InstanceStateName;
import io.blockseal.aws.ec2.Placement;
import io.blockseal.aws.ec2.Reservation;
import io.blockseal.aws.ec2.Tenancy;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// `DescribeInstances`: the one instance, with the caller's volumes at it.
final class InstanceListing {
  private static final int RUNNING_CODE = 16;
  private static final String ROOT_DEVICE = "/dev/xvda";

  /// The instance as one caller sees it.
  private record Seen(
      HostInstance instance,
      String account,
      String zone,
      List<VolumeRecord> volumes,
      SortedMap<String, String> tags) {

    Stream<String> attachments(Function<Attachment, Object> value) {
      return volumes.stream()
          .map(VolumeRecord::attachment)
          .filter(Objects::nonNull)
          .map(attachment -> value.apply(attachment).toString());
    }

    /// An id that is as stable as the instance's own.
    String reservationId() {
      return "r-" + instance.id().substring(ResourceIds.INSTANCE.length());
    }
  }

  private static final FilterNames<Seen> FILTERS =
      FilterNames.<Seen>builder()
          .one("architecture", seen -> seen.instance.architecture())
          .one("availability-zone", Seen::zone)
          .one("availability-zone-id", seen -> Geography.zoneId(seen.zone))
          .many(
              "block-device-mapping.attach-time",
              seen -> seen.attachments(a -> FilterNames.time(a.began())))
          .many("block-device-mapping.device-name", seen -> seen.attachments(Attachment::device))
          .many("block-device-mapping.status", seen -> seen.attachments(Attachment::state))
          .many(
              "block-device-mapping.volume-id", seen -> seen.volumes.stream().map(VolumeRecord::id))
          .one("hypervisor", _ -> HypervisorType.XEN)
          .one("instance-id", seen -> seen.instance.id())
          .one("instance-state-code", _ -> RUNNING_CODE)
          .one("instance-state-name", _ -> InstanceStateName.RUNNING)
          .one("instance-type", seen -> seen.instance.instanceType())
          .one("launch-time", seen -> seen.instance.launched())
          .one("owner-id", Seen::account)
          .one("private-dns-name", seen -> seen.instance.privateDnsName())
          .one("reservation-id", Seen::reservationId)
          .one("root-device-name", _ -> ROOT_DEVICE)
          .one("root-device-type", _ -> DeviceType.EBS)
          .one("tenancy", _ -> Tenancy.DEFAULT)
          .tags(Seen::tags)
          .build();

  private final ControlPlane plane;

  InstanceListing(ControlPlane plane) {
    this.plane = plane;
  }

  DescribeInstancesResult describe(Caller caller, DescribeInstancesRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    HostInstance instance = plane.configuration().instance();
    for (String id : request.instanceIdsOrEmpty()) {
      if (!ResourceIds.checkInstanceId(id).equals(instance.id())) {
        throw Ec2Errors.instanceNotFound(id);
      }
    }
    Seen seen =
        new Seen(
            instance,
            caller.accountId(),
            plane.geography().firstZone(caller).name(),
            plane.records().volumes().list(EbsRecords.area(caller)).stream()
                .filter(volume -> volume.attachment() != null)
                .toList(),
            plane.records().settings(caller).instanceTags());
    return new DescribeInstancesResult(
        null,
        Stream.of(seen)
            .filter(FILTERS.matching(request.filters()))
            .map(InstanceListing::reservation)
            .toList());
  }

  private static Reservation reservation(Seen seen) {
    return Reservation.builder()
        .reservationId(seen.reservationId())
        .ownerId(seen.account)
        .instances(List.of(instance(seen)))
        .build();
  }

  private static Instance instance(Seen seen) {
    Instance.Builder view =
        Instance.builder()
            .instanceId(seen.instance.id())
            .instanceType(seen.instance.instanceType())
            .architecture(seen.instance.architecture())
            .hypervisor(HypervisorType.XEN)
            .launchTime(seen.instance.launched())
            .privateDnsName(seen.instance.privateDnsName())
            .rootDeviceName(ROOT_DEVICE)
            .rootDeviceType(DeviceType.EBS)
            .state(new InstanceState(RUNNING_CODE, InstanceStateName.RUNNING))
            .placement(
                Placement.builder()
                    .availabilityZone(seen.zone)
                    .availabilityZoneId(Geography.zoneId(seen.zone))
                    .groupName("")
                    .tenancy(Tenancy.DEFAULT)
                    .build())
            .blockDeviceMappings(seen.volumes.stream().flatMap(InstanceListing::mapping).toList());
    if (!seen.tags.isEmpty()) {
      view.tags(Tags.toList(seen.tags));
    }
    return view.build();
  }

  private static Stream<InstanceBlockDeviceMapping> mapping(VolumeRecord volume) {
    Attachment attachment = volume.attachment();
    if (attachment == null) {
      return Stream.empty();
    }
    return Stream.of(
        new InstanceBlockDeviceMapping(
            attachment.device(),
            EbsInstanceBlockDevice.builder()
                .volumeId(volume.id())
                .attachTime(attachment.began())
                .deleteOnTermination(false)
                .status(status(attachment))
                .build()));
  }

  private static AttachmentStatus status(Attachment attachment) {
    return switch (attachment.state()) {
      case ATTACHING -> AttachmentStatus.ATTACHING;
      case ATTACHED -> AttachmentStatus.ATTACHED;
      case DETACHING, BUSY -> AttachmentStatus.DETACHING;
      case DETACHED, UNRECOGNIZED -> AttachmentStatus.DETACHED;
    };
  }
}
