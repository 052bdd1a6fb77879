package io.blockseal.ebs;

import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/// Takes up at start whatever the records say was under way when the daemon stopped, orderly or
/// not. Everything it starts may be started twice.
final class Recovery {
  private static final String INTERRUPTED =
      "The snapshot was interrupted by a restart and its blocks have changed since.";

  private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

  private final ControlPlane plane;
  private final VolumeMaker maker;
  private final VolumeDeletion volumeDeletion;
  private final VolumeAttaching attaching;
  private final VolumeModifying modifying;
  private final SnapshotCopier copier;
  private final SnapshotDeletion snapshotDeletion;
  private final SnapshotTasks tasks;
  private final Retention retention;

  Recovery(
      ControlPlane plane,
      VolumeMaker maker,
      VolumeDeletion volumeDeletion,
      VolumeAttaching attaching,
      VolumeModifying modifying,
      SnapshotCopier copier,
      SnapshotDeletion snapshotDeletion,
      SnapshotTasks tasks,
      Retention retention) {
    this.plane = plane;
    this.maker = maker;
    this.volumeDeletion = volumeDeletion;
    this.attaching = attaching;
    this.modifying = modifying;
    this.copier = copier;
    this.snapshotDeletion = snapshotDeletion;
    this.tasks = tasks;
    this.retention = retention;
  }

  /// Returns when every volume that was attached is attached again, or has lost its attachment; the
  /// rest goes on in the background.
  void run() throws InterruptedException {
    plane.holds().releaseSpent();
    List<VolumeRecord> volumes = plane.records().volumes().list("");
    attaching.retireStrayGrants(volumes);
    deleteUnrecorded();
    plane.records().snapshotDeletions().list("").forEach(this::resumeSnapshotDeletion);
    List<VolumeRecord> attached = new ArrayList<>();
    for (VolumeRecord volume : volumes) {
      switch (volume.state()) {
        case CREATING ->
            plane.work().start("making of " + volume.name(), () -> maker.make(volume.name()));
        case DELETING ->
            plane
                .work()
                .start("deletion of " + volume.name(), () -> volumeDeletion.finish(volume.name()));
        case IN_USE -> attached.add(volume);
        case AVAILABLE, DELETED, ERROR, UNRECOGNIZED -> finishModification(volume);
      }
    }
    reattach(attached);
    plane.records().snapshots().list("").stream()
        .filter(snapshot -> snapshot.state() == SnapshotState.PENDING)
        .forEach(this::resumeSnapshot);
    retention.forgetOld();
  }

  /// Stops what was begun for records that were deleted before they could stop it.
  private void deleteUnrecorded() {
    Set<String> recorded =
        plane.records().snapshots().list("").stream()
            .map(SnapshotRecord::id)
            .collect(Collectors.toSet());
    for (String snapshotId : plane.blocks().pendingSnapshots()) {
      if (!recorded.contains(snapshotId)) {
        deleteUnrecorded(snapshotId);
      }
    }
  }

  private void deleteUnrecorded(String snapshotId) {
    LOG.log(Level.INFO, "snapshot {0} is pending, and nobody knows of it any more", snapshotId);
    try {
      plane.blocks().deleteSnapshot(snapshotId);
    } catch (IOException e) {
      LOG.log(Level.WARNING, () -> "snapshot " + snapshotId + " still takes space", e);
    }
  }

  private void resumeSnapshotDeletion(ResourceName name) {
    plane.work().start("deletion of " + name, () -> snapshotDeletion.finish(name));
  }

  private void finishModification(VolumeRecord volume) {
    Modification newest = volume.modification();
    if (newest != null && newest.isRunning()) {
      plane.work().start("modification of " + volume.name(), () -> modifying.finish(volume.name()));
    }
  }

  private void reattach(List<VolumeRecord> volumes) throws InterruptedException {
    CountDownLatch left = new CountDownLatch(volumes.size());
    for (VolumeRecord volume : volumes) {
      plane
          .work()
          .start(
              "attaching of " + volume.name(),
              () -> {
                try {
                  reattach(volume);
                } finally {
                  left.countDown();
                }
              });
    }
    left.await();
  }

  private void reattach(VolumeRecord volume) throws InterruptedException {
    Attachment attachment = volume.attachment();
    if (attachment == null || attachment.state() == VolumeAttachmentState.DETACHING) {
      // Nothing has it open any more.
      plane.records().volumes().update(volume.name().path(), VolumeRecord::detached);
      if (attachment != null) {
        attaching.release(volume, attachment);
      }
    } else {
      attaching.reattach(volume.name());
    }
    plane.records().volume(volume.name()).ifPresent(this::finishModification);
  }

  private void resumeSnapshot(SnapshotRecord snapshot) {
    if (snapshot.copy() != null) {
      plane.work().start("copying to " + snapshot.name(), () -> copier.make(snapshot.name()));
      return;
    }
    plane.work().start("taking of " + snapshot.name(), () -> resumeTaking(snapshot));
  }

  private void resumeTaking(SnapshotRecord snapshot) throws InterruptedException {
    ResourceName name = snapshot.name();
    ResourceName volume = new ResourceName(name.account(), name.region(), snapshot.volumeId());
    try {
      if (plane.blocks().snapshot(name.id()).isPresent()) {
        tasks.complete(name);
        return;
      }
      Optional<BlockTask> task = plane.blocks().resumeSnapshot(volume, name.id());
      if (task.isPresent()) {
        tasks.finish(name, SnapshotCreation.ACTION, task.get());
      } else {
        lost(name, new IOException(INTERRUPTED));
      }
    } catch (IOException e) {
      plane.work().checkOpen();
      lost(name, e);
    }
  }

  /// There is nothing to go on with: because it is lost, or because it was completed just now.
  private void lost(ResourceName snapshot, IOException reason) throws InterruptedException {
    try {
      if (plane.blocks().snapshot(snapshot.id()).isPresent()) {
        tasks.complete(snapshot);
        return;
      }
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
    tasks.fail(snapshot, SnapshotCreation.ACTION, reason, INTERRUPTED);
  }
}
