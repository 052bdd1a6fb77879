package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/// `DetachVolume`: a volume that something has open stays `detaching` until that is closed, or
/// until it is detached by force. By force only, one that is still `attaching` is taken back as
/// soon as it is open.
final class VolumeDetaching {
  /// How often a volume that is still in use is tried again.
  private static final Duration RETRY = Duration.ofMillis(500);

  private final ControlPlane plane;
  private final VolumeAttaching attaching;

  VolumeDetaching(ControlPlane plane, VolumeAttaching attaching) {
    this.plane = plane;
    this.attaching = attaching;
  }

  VolumeAttachment detach(Caller caller, DetachVolumeRequest request) {
    check(plane.records().volume(caller, request.volumeId()), request);
    ControlPlane.checkDryRun(request.dryRun());
    VolumeRecord volume =
        plane
            .records()
            .changeVolume(
                caller,
                request.volumeId(),
                v -> v.attached(check(v, request).withState(VolumeAttachmentState.DETACHING)));
    boolean force = Boolean.TRUE.equals(request.force());
    plane.work().start("detaching of " + volume.name(), () -> finish(volume.name(), force));
    return VolumeView.attachment(
        volume.id(), Objects.requireNonNull(volume.attachment(), "just set"));
  }

  private static Attachment check(VolumeRecord volume, DetachVolumeRequest request) {
    Attachment attachment = volume.attachment();
    if (attachment == null) {
      throw Ec2Errors.volumeInState(volume.id(), volume.state().wireValue());
    }
    boolean otherInstance =
        request.instanceId() != null && !request.instanceId().equals(attachment.instanceId());
    boolean otherDevice =
        request.device() != null && !DeviceName.same(request.device(), attachment.device());
    if (otherInstance || otherDevice) {
      throw Ec2Errors.attachmentNotFound(volume.id());
    }
    boolean force = Boolean.TRUE.equals(request.force());
    if (attachment.state() == VolumeAttachmentState.ATTACHING && !force) {
      throw Ec2Errors.volumeInState(volume.id(), attachment.state().wireValue());
    }
    return attachment;
  }

  /// Takes a `detaching` volume away, as soon as that is possible.
  void finish(ResourceName name, boolean force) throws InterruptedException {
    while (!tryOnce(name, force)) {
      plane.work().pause(RETRY);
    }
  }

  /// Whether there is nothing left to do.
  private boolean tryOnce(ResourceName name, boolean force) throws InterruptedException {
    VolumeRecord volume;
    try (var _ = plane.locks().lock(name)) {
      volume = plane.records().volume(name).orElse(null);
      if (volume == null || !isDetaching(volume)) {
        return true;
      }
      try {
        if (!plane.blocks().detach(name, force)) {
          return false;
        }
      } catch (IOException e) {
        plane.work().checkOpen();
        // Its last blocks or its header could not be written; it is closed all the same.
        plane.persist("the failure of " + name, () -> plane.keep(name, "DetachVolume", e));
      }
      plane.persist(
          "the detaching of " + name,
          () -> plane.records().volumes().update(name.path(), VolumeRecord::detached));
    }
    attaching.release(volume, Objects.requireNonNull(volume.attachment(), "checked above"));
    return true;
  }

  private static boolean isDetaching(VolumeRecord volume) {
    return volume.state() == VolumeState.IN_USE
        && volume.attachment() != null
        && volume.attachment().state() == VolumeAttachmentState.DETACHING;
  }
}
