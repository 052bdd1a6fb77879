package io.blockseal.ebs;

import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.ebs.BlockPlane.Hold;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What keeps the blocks of a snapshot for the volume or copy that was promised of it, though the
/// snapshot may be deleted a moment after the promise.
///
/// A hold is taken before the record of its holder is committed and given up after the record says
/// that nothing is needed any more, so a crash in between leaves a hold too many and never one too
/// few; [#releaseSpent] finds those. Thread-safe.
final class SnapshotHolds {
  private static final System.Logger LOG = System.getLogger(SnapshotHolds.class.getName());

  private final EbsRecords records;
  private final BlockPlane blocks;

  SnapshotHolds(EbsRecords records, BlockPlane blocks) {
    this.records = records;
    this.blocks = blocks;
  }

  /// Keeps the blocks of a completed snapshot for `holder`, while a caller waits.
  ///
  /// @return false if the snapshot is gone
  boolean take(String snapshotId, ResourceName holder) {
    try {
      return blocks.holdSnapshot(snapshotId, holder.id());
    } catch (IOException e) {
      LOG.log(Level.WARNING, () -> "snapshot " + snapshotId + " cannot be held for " + holder, e);
      throw Ec2Errors.internal("The blocks of snapshot " + snapshotId + " cannot be kept.");
    }
  }

  /// `holder` needs no snapshot any more. Repeating it does nothing.
  void release(ResourceName holder) {
    blocks.releaseSnapshots(holder.id());
  }

  /// Gives up the hold of a volume that was made, unless it still takes blocks from its snapshot.
  void releaseIfSpent(VolumeRecord volume) {
    String snapshotId = volume.snapshotId();
    if (snapshotId != null && !needs(volume, snapshotId)) {
      release(volume.name());
    }
  }

  /// Gives up the holds whose holders were never recorded, are gone, or have all they need; to be
  /// called while nothing is being made.
  void releaseSpent() {
    List<Hold> holds = blocks.holds();
    if (holds.isEmpty()) {
      return;
    }
    Set<Hold> needed = new HashSet<>();
    for (VolumeRecord volume : records.volumes().list("")) {
      String snapshotId = volume.snapshotId();
      if (snapshotId != null && needs(volume, snapshotId)) {
        needed.add(new Hold(snapshotId, volume.id()));
      }
    }
    for (SnapshotRecord snapshot : records.snapshots().list("")) {
      if (snapshot.copy() != null && snapshot.state() == SnapshotState.PENDING) {
        needed.add(new Hold(snapshot.copy().source().id(), snapshot.id()));
      }
    }
    for (Hold hold : holds) {
      if (!needed.contains(hold)) {
        LOG.log(Level.INFO, () -> "nobody needs " + hold + " any more");
        blocks.releaseSnapshots(hold.holder());
      }
    }
  }

  /// Whether a volume is to be made of its snapshot, or still takes blocks from it, as its header
  /// says.
  private boolean needs(VolumeRecord volume, String snapshotId) {
    if (volume.state() == VolumeState.CREATING) {
      return true;
    }
    if (volume.sealing() == null) {
      return false;
    }
    try {
      return blocks.sourceSnapshot(volume.name()).filter(snapshotId::equals).isPresent();
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          () -> "it can't be seen whether %s needs %s".formatted(volume.name(), snapshotId),
          e);
      return true;
    }
  }
}
