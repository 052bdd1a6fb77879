package io.blockseal.ebs;

import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.ebs.BlockPlane.VolumeHealth;
import io.blockseal.ebs.BlockTask.Progress;
import java.util.List;
import java.util.Optional;

/// Puts together what is known of a volume or snapshot.
final class Explanations {
  private static final VolumeHealth UNKNOWN = new VolumeHealth(false, 100);
  private static final Progress NO_PROGRESS = new Progress(0, 0);

  private final ControlPlane plane;
  private final VolumeMaker maker;
  private final SnapshotTasks tasks;

  Explanations(ControlPlane plane, VolumeMaker maker, SnapshotTasks tasks) {
    this.plane = plane;
    this.maker = maker;
    this.tasks = tasks;
  }

  /// Empty if nothing was ever heard of it.
  Optional<VolumeExplanation> volume(ResourceName name) {
    FailedAttempt failure = plane.records().failedAttempts().get(name.path()).orElse(null);
    VolumeRecord volume = plane.records().volume(name).orElse(null);
    if (volume == null) {
      return Optional.ofNullable(failure)
          .map(
              last ->
                  new VolumeExplanation(
                      name, null, null, null, null, null, false, 100, null, 0, 0, last, List.of()));
    }
    Sealing sealing = volume.sealing();
    Attachment attachment = volume.attachment();
    boolean made = volume.state() == VolumeState.AVAILABLE || volume.state() == VolumeState.IN_USE;
    Progress making = maker.progress(name.id());
    Progress progress = making == null ? NO_PROGRESS : making;
    VolumeHealth health = made ? plane.blocks().health(name) : UNKNOWN;
    return Optional.of(
        new VolumeExplanation(
            name,
            volume.state().wireValue(),
            sealing == null ? null : sealing.cipher(),
            sealing == null ? null : sealing.kmsKeyArn(),
            sealing == null ? null : sealing.lineageId(),
            attachment == null ? null : attachment.exportPath(),
            health.readOnly(),
            health.hydratedPercent(),
            health.hydrationFailure(),
            progress.doneBytes(),
            progress.totalBytes(),
            failure,
            plane.records().roots().acceptances(name)));
  }

  /// Empty if nothing was ever heard of it.
  Optional<SnapshotExplanation> snapshot(ResourceName name) {
    FailedAttempt failure = plane.records().failedAttempts().get(name.path()).orElse(null);
    SnapshotRecord snapshot = plane.records().snapshot(name).orElse(null);
    if (snapshot == null) {
      return Optional.ofNullable(failure)
          .map(last -> new SnapshotExplanation(name, null, null, null, null, null, 0, 0, last));
    }
    Sealing sealing = snapshot.sealing();
    Progress running = tasks.progress(name.id());
    Progress progress = running == null ? NO_PROGRESS : running;
    return Optional.of(
        new SnapshotExplanation(
            name,
            snapshot.state().wireValue(),
            snapshot.started(),
            sealing == null ? null : sealing.cipher(),
            sealing == null ? null : sealing.kmsKeyArn(),
            sealing == null ? null : sealing.lineageId(),
            progress.doneBytes(),
            progress.totalBytes(),
            failure));
  }
}
