package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotLocationEnum;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.ebs.BlockPlane.TooManyTasksException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// `CreateSnapshot`: the blocks are those of the moment of the call, the moving of them goes on
/// behind it. The snapshot is encrypted exactly as its volume, with the same data key, and needs no
/// key for that: what is moved is ciphertext.
final class SnapshotCreation {
  static final String ACTION = "CreateSnapshot";

  private final ControlPlane plane;
  private final SnapshotTasks tasks;

  SnapshotCreation(ControlPlane plane, SnapshotTasks tasks) {
    this.plane = plane;
    this.tasks = tasks;
  }

  Snapshot create(Caller caller, CreateSnapshotRequest request) {
    if (request.outpostArn() != null || request.location() == SnapshotLocationEnum.LOCAL) {
      throw Ec2Errors.invalidCombination("Snapshots are kept in their Region only.");
    }
    SortedMap<String, String> tags =
        Tags.specified(request.tagSpecifications(), ResourceType.SNAPSHOT);
    VolumeRecord volume = plane.records().volume(caller, request.volumeId());
    Instant now = plane.clock().instant();
    checkPossible(volume, now);
    ControlPlane.checkDryRun(request.dryRun());
    String description = Objects.requireNonNullElse(request.description(), "");
    ResourceName name = ResourceName.of(caller, plane.ids().newSnapshotId());
    try (var _ = plane.locks().lock(volume.name())) {
      return SnapshotView.created(cut(volume.name(), name, description, tags, now));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw Ec2Errors.internal("The daemon is closing.");
    }
  }

  /// With the volume's lock held.
  private SnapshotRecord cut(
      ResourceName volumeName,
      ResourceName name,
      String description,
      SortedMap<String, String> tags,
      Instant now) {
    Instant before =
        plane.records().volume(volumeName).map(VolumeRecord::lastSnapshotAt).orElse(null);
    VolumeRecord volume =
        plane
            .records()
            .volumes()
            .update(
                volumeName.path(),
                v -> {
                  checkPossible(v, now);
                  return v.snapshotTaken(now);
                })
            .orElseThrow(() -> Ec2Errors.volumeNotFound(volumeName.id()));
    SnapshotRecord snapshot = pending(volume, name, description, tags, now);
    try {
      plane.records().snapshots().insert(name.path(), snapshot);
      tasks.follow(name, ACTION, plane.blocks().takeSnapshot(volumeName, name.id()));
      return snapshot;
    } catch (TooManyTasksException _) {
      undo(name, () -> takeBack(volumeName, name, now, before));
      throw Ec2Errors.pendingSnapshots();
    } catch (IOException | RuntimeException e) {
      undo(
          name,
          () -> {
            takeBack(volumeName, name, now, before);
            plane.keep(name, ACTION, e);
          });
      throw Ec2Errors.internal(
          "The blocks of volume %s could not be fixed.".formatted(volumeName.id()));
    }
  }

  /// Takes back what was recorded of a snapshot that came to nothing.
  private void takeBack(
      ResourceName volume, ResourceName name, Instant now, @Nullable Instant before) {
    plane.records().snapshots().delete(name.path());
    plane
        .records()
        .volumes()
        .update(volume.path(), v -> now.equals(v.lastSnapshotAt()) ? v.snapshotTaken(before) : v);
  }

  /// Does `change` now, or as soon as the metadata takes it.
  private void undo(ResourceName name, Runnable change) {
    try {
      change.run();
    } catch (UncheckedIOException _) {
      String what = "the end of " + name;
      plane.work().start(what, () -> plane.persist(what, change));
    }
  }

  private static SnapshotRecord pending(
      VolumeRecord volume,
      ResourceName name,
      String description,
      SortedMap<String, String> tags,
      Instant now) {
    return new SnapshotRecord(
        name,
        volume.id(),
        now,
        null,
        SnapshotState.PENDING,
        null,
        description,
        volume.performance().sizeGib(),
        volume.encrypted(),
        volume.sealing(),
        null,
        tags,
        null);
  }

  private void checkPossible(VolumeRecord volume, Instant now) {
    switch (volume.state()) {
      case AVAILABLE, IN_USE -> {}
      case CREATING, DELETING, DELETED, ERROR, UNRECOGNIZED ->
          throw Ec2Errors.volumeInState(volume.id(), volume.state().wireValue());
    }
    Instant last = volume.lastSnapshotAt();
    Duration spacing = plane.configuration().snapshotSpacing();
    if (last != null && now.isBefore(last.plus(spacing))) {
      throw Ec2Errors.snapshotRate();
    }
    int allowed = VolumeLimits.of(volume.performance().type()).pendingSnapshots();
    ResourceName name = volume.name();
    long pending =
        plane.records().snapshots().list(name.account() + "/" + name.region() + "/").stream()
            .filter(s -> s.state() == SnapshotState.PENDING && s.volumeId().equals(volume.id()))
            .count();
    if (pending >= allowed) {
      throw Ec2Errors.concurrentSnapshots(volume.id(), allowed);
    }
  }
}
