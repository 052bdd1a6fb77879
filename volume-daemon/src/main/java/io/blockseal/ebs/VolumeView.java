package io.blockseal.ebs;

import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeModification;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Volumes as EC2 shows them.
final class VolumeView {
  private VolumeView() {}

  /// As `DescribeVolumes` shows it: with the key's ARN, and always with a list of attachments.
  static Volume described(VolumeRecord volume) {
    Sealing sealing = volume.sealing();
    Attachment attachment = volume.attachment();
    Volume.Builder view =
        common(volume)
            .kmsKeyId(sealing == null ? null : sealing.kmsKeyArn())
            .attachments(
                attachment == null ? List.of() : List.of(attachment(volume.id(), attachment)));
    if (!volume.tags().isEmpty()) {
      view.tags(Tags.toList(volume.tags()));
    }
    return view.build();
  }

  /// As `CreateVolume` answers it: the key as it was typed, no attachments, always a list of tags.
  static Volume created(VolumeRecord volume, @Nullable String typedKeyId) {
    return common(volume).kmsKeyId(typedKeyId).tags(Tags.toList(volume.tags())).build();
  }

  static VolumeAttachment attachment(String volumeId, Attachment attachment) {
    return attachment(volumeId, attachment, attachment.state());
  }

  static VolumeAttachment attachment(
      String volumeId, Attachment attachment, VolumeAttachmentState state) {
    return VolumeAttachment.builder()
        .volumeId(volumeId)
        .instanceId(attachment.instanceId())
        .device(attachment.device())
        .state(state)
        .attachTime(attachment.began())
        .deleteOnTermination(false)
        .build();
  }

  static VolumeModification modification(String volumeId, Modification modification) {
    Performance original = modification.original();
    Performance target = modification.target();
    return VolumeModification.builder()
        .volumeId(volumeId)
        .modificationState(modification.state())
        .statusMessage(modification.message())
        .targetSize(target.sizeGib())
        .targetIops(target.iops())
        .targetVolumeType(target.type())
        .targetThroughput(target.throughput())
        .targetMultiAttachEnabled(target.multiAttach())
        .originalSize(original.sizeGib())
        .originalIops(original.iops())
        .originalVolumeType(original.type())
        .originalThroughput(original.throughput())
        .originalMultiAttachEnabled(original.multiAttach())
        .progress(modification.ended() == null ? 0L : 100L)
        .startTime(modification.started())
        .endTime(modification.ended())
        .build();
  }

  private static Volume.Builder common(VolumeRecord volume) {
    Performance performance = volume.performance();
    return Volume.builder()
        .volumeId(volume.id())
        .size(performance.sizeGib())
        .snapshotId(Objects.requireNonNullElse(volume.snapshotId(), ""))
        .availabilityZone(volume.zone())
        .availabilityZoneId(Geography.zoneId(volume.zone()))
        .state(volume.state())
        .createTime(volume.created())
        .encrypted(volume.encrypted())
        .volumeType(performance.type())
        .iops(performance.iops())
        .throughput(performance.throughput())
        .multiAttachEnabled(performance.multiAttach());
  }
}
