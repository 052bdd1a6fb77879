package io.blockseal.ebs;

import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.StorageTier;
import io.blockseal.aws.ec2.TransferType;
import org.jspecify.annotations.Nullable;

/// Snapshots as EC2 shows them.
final class SnapshotView {
  private static final String COMPLETE = "100%";

  private SnapshotView() {}

  /// As `DescribeSnapshots` shows it.
  ///
  /// @param progress of the task that fills it; null if none is running
  static Snapshot described(SnapshotRecord snapshot, BlockTask.@Nullable Progress progress) {
    Sealing sealing = snapshot.sealing();
    Snapshot.Builder view =
        common(snapshot)
            .progress(progress(snapshot, progress))
            .stateMessage(snapshot.stateMessage())
            .completionTime(snapshot.completed())
            .fullSnapshotSizeInBytes(snapshot.fullSizeBytes())
            .storageTier(StorageTier.STANDARD)
            .kmsKeyId(sealing == null ? null : sealing.kmsKeyArn())
            .dataEncryptionKeyId(sealing == null ? null : sealing.dataEncryptionKeyId());
    if (snapshot.copy() != null) {
      view.transferType(transferType(snapshot))
          .completionDurationMinutes(snapshot.copy().durationMinutes());
    }
    if (!snapshot.tags().isEmpty()) {
      view.tags(Tags.toList(snapshot.tags()));
    }
    return view.build();
  }

  /// As `CreateSnapshot` answers it: no progress yet, always a list of tags.
  static Snapshot created(SnapshotRecord snapshot) {
    return common(snapshot).progress("").tags(Tags.toList(snapshot.tags())).build();
  }

  static String progress(SnapshotRecord snapshot, BlockTask.@Nullable Progress progress) {
    if (snapshot.state() == SnapshotState.COMPLETED) {
      return COMPLETE;
    }
    return (progress == null ? 0 : progress.percent()) + "%";
  }

  /// What the filter `transfer-type` looks at; null for a snapshot of a volume.
  static @Nullable TransferType transferType(SnapshotRecord snapshot) {
    if (snapshot.copy() == null) {
      return null;
    }
    return snapshot.copy().durationMinutes() == null
        ? TransferType.STANDARD
        : TransferType.TIME_BASED;
  }

  private static Snapshot.Builder common(SnapshotRecord snapshot) {
    return Snapshot.builder()
        .snapshotId(snapshot.id())
        .volumeId(snapshot.volumeId())
        .state(snapshot.state())
        .startTime(snapshot.started())
        .ownerId(snapshot.name().account())
        .description(snapshot.description())
        .volumeSize(snapshot.sizeGib())
        .encrypted(snapshot.encrypted());
  }
}
