package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DeleteVolumeResponse;
import io.blockseal.aws.ec2.VolumeState;
import java.io.IOException;

/// `DeleteVolume`: the volume is `deleting` until its file is gone, then it does not exist.
final class VolumeDeletion {
  private final ControlPlane plane;

  VolumeDeletion(ControlPlane plane) {
    this.plane = plane;
  }

  DeleteVolumeResponse delete(Caller caller, DeleteVolumeRequest request) {
    checkDeletable(plane.records().volume(caller, request.volumeId()));
    ControlPlane.checkDryRun(request.dryRun());
    VolumeRecord volume =
        plane
            .records()
            .changeVolume(
                caller,
                request.volumeId(),
                v -> {
                  checkDeletable(v);
                  return v.withState(VolumeState.DELETING);
                });
    plane.work().start("deletion of " + volume.name(), () -> finish(volume.name()));
    return new DeleteVolumeResponse();
  }

  private static void checkDeletable(VolumeRecord volume) {
    Attachment attachment = volume.attachment();
    if (attachment != null) {
      throw Ec2Errors.attachedTo(volume.id(), attachment.instanceId());
    }
    switch (volume.state()) {
      case AVAILABLE, ERROR, DELETING, DELETED -> {}
      case CREATING, IN_USE, UNRECOGNIZED ->
          throw Ec2Errors.volumeInState(volume.id(), volume.state().wireValue());
    }
  }

  /// Deletes what a `deleting` volume still has.
  void finish(ResourceName name) throws InterruptedException {
    try (var _ = plane.locks().lock(name)) {
      boolean deleting =
          plane.records().volume(name).filter(v -> v.state() == VolumeState.DELETING).isPresent();
      if (!deleting) {
        return;
      }
      plane.blocks().deleteVolume(name);
      plane.records().volumes().delete(name.path());
    } catch (IOException e) {
      plane.work().checkOpen();
      plane.keep(name, "DeleteVolume", e);
    }
  }
}
