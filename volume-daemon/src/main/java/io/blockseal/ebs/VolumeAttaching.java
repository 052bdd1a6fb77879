package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.ebs.AttachmentKeys.Opened;
import io.blockseal.ebs.DataKeys.Purpose;
import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.ForeignFilesException;
import io.blockseal.volume.engine.RolledBackException;
import io.blockseal.volume.engine.TreeRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `AttachVolume`: the key is asked for while the caller waits, so that a key that can't be used is
/// its error; opening the volume goes on behind it.
///
/// An attached volume keeps its data key in memory: what becomes of the KMS key matters again only
/// when the volume is attached the next time.
final class VolumeAttaching {
  /// The most volumes that EC2 lets any instance have.
  static final int MAX_ATTACHMENTS = 128;

  private static final System.Logger LOG = System.getLogger(VolumeAttaching.class.getName());
  private static final String ATTACH = "AttachVolume";
  private static final String REATTACH = "ReattachVolume";

  private final ControlPlane plane;

  // Guards the time between looking whether a device name is free and taking it.
  private final ReentrantLock claims = new ReentrantLock();

  VolumeAttaching(ControlPlane plane) {
    this.plane = plane;
  }

  VolumeAttachment attach(Caller caller, AttachVolumeRequest request) {
    String instanceId = plane.configuration().instance().id();
    if (!ResourceIds.checkInstanceId(request.instanceId()).equals(instanceId)) {
      throw Ec2Errors.instanceNotFound(request.instanceId());
    }
    String device = DeviceName.check(request.device());
    VolumeRecord volume = plane.records().volume(caller, request.volumeId());
    checkAttachable(volume);
    if (!volume.zone().equals(plane.geography().firstZone(caller).name())) {
      throw Ec2Errors.zoneMismatch(volume.id(), instanceId);
    }
    checkRoom(caller, device);
    ControlPlane.checkDryRun(request.dryRun());
    boolean begun = false;
    try {
      VolumeAttachment answer = begin(caller, volume, instanceId, device);
      begun = true;
      return answer;
    } finally {
      if (!begun && !isClaimed(volume.name())) {
        plane.records().roots().withdraw(volume.name());
      }
    }
  }

  /// Whether another attach was faster, for which the acceptance of a rollback then is.
  private boolean isClaimed(ResourceName name) {
    try {
      return plane.records().volume(name).map(VolumeRecord::attachment).isPresent();
    } catch (UncheckedIOException e) {
      return false; // The acceptance is only for an attach that begins.
    }
  }

  /// What is left of an attach that may be tried.
  private VolumeAttachment begin(
      Caller caller, VolumeRecord volume, String instanceId, String device) {
    checkNotRolledBack(volume);
    Opened key = keyOrRefusal(volume, caller);
    Attachment attachment =
        new Attachment(
            instanceId,
            device,
            VolumeAttachmentState.ATTACHING,
            plane.clock().instant(),
            null,
            caller,
            key == null ? null : key.grantId());
    boolean claimed = false;
    try {
      claim(caller, volume.id(), attachment);
      claimed = true;
    } finally {
      if (!claimed && key != null) {
        key.close();
        release(volume, attachment);
      }
    }
    plane.work().start("attaching of " + volume.name(), () -> open(volume.name(), key));
    return VolumeView.attachment(volume.id(), attachment);
  }

  /// Attaches again what was attached when the daemon stopped; if the key is refused now, the
  /// volume becomes `available` and the reason is kept.
  void reattach(ResourceName name) throws InterruptedException {
    Optional<VolumeRecord> volume = plane.records().volume(name);
    Attachment attachment = volume.map(VolumeRecord::attachment).orElse(null);
    if (volume.isEmpty() || attachment == null) {
      return;
    }
    try {
      Purpose purpose = new Purpose(attachment.by(), name.id());
      WrappedKey key = wrappedKey(volume.get());
      open(
          name,
          key == null
              ? null
              : plane.patiently(
                  () -> plane.attachmentKeys().reopen(purpose, key, attachment.grantId())));
    } catch (KeyRefusedException | IOException | RuntimeException | Error e) {
      plane.work().checkOpen();
      giveUp(volume.get(), attachment, REATTACH, e);
    }
  }

  /// Gives back what a crash between a grant and the record of its attachment has left; to be
  /// called while nothing is being attached.
  void retireStrayGrants(List<VolumeRecord> volumes) {
    if (volumes.isEmpty()) {
      return; // No account to ask for, and whoever was granted something had a volume.
    }
    Set<String> named =
        volumes.stream()
            .map(VolumeRecord::attachment)
            .filter(Objects::nonNull)
            .map(Attachment::grantId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    String account = volumes.getFirst().name().account();
    plane.configuration().regions().forEach(region -> retireStrayGrants(account, region, named));
  }

  private void retireStrayGrants(String account, String region, Set<String> named) {
    try {
      plane.attachmentKeys().retireStray(account, region, named);
    } catch (KeyRefusedException e) {
      LOG.log(Level.WARNING, () -> "stray grants may be left: " + e.getMessage());
    }
  }

  private static void checkAttachable(VolumeRecord volume) {
    switch (volume.state()) {
      case AVAILABLE -> {}
      case IN_USE -> throw Ec2Errors.alreadyAttached(volume.id());
      case CREATING, DELETING, DELETED, ERROR, UNRECOGNIZED ->
          throw Ec2Errors.volumeNotAvailable(volume.id());
    }
  }

  private void checkRoom(Caller caller, String device) {
    List<Attachment> others =
        plane.records().volumes().list(EbsRecords.area(caller)).stream()
            .map(VolumeRecord::attachment)
            .filter(Objects::nonNull)
            .toList();
    if (others.size() >= MAX_ATTACHMENTS) {
      throw Ec2Errors.attachmentLimit(MAX_ATTACHMENTS);
    }
    if (others.stream().anyMatch(other -> DeviceName.same(other.device(), device))) {
      throw Ec2Errors.deviceInUse(device);
    }
  }

  private void claim(Caller caller, String volumeId, Attachment attachment) {
    claims.lock();
    try {
      checkRoom(caller, attachment.device());
      plane
          .records()
          .changeVolume(
              caller,
              volumeId,
              v -> {
                checkAttachable(v);
                return v.attached(attachment);
              });
    } finally {
      claims.unlock();
    }
  }

  /// Refuses while the caller waits what opening the volume would refuse behind his back. Files
  /// that cannot be read are left to that.
  private void checkNotRolledBack(VolumeRecord volume) {
    Optional<RootRecord> recorded = plane.records().roots().get(volume.name());
    if (recorded.isEmpty()) {
      return;
    }
    try {
      Optional<TreeRoot> found = plane.blocks().root(volume.name());
      if (found.isPresent()) {
        recorded.get().roots().check(volume.id(), found.get());
      }
    } catch (RolledBackException e) {
      plane.keep(volume.name(), ATTACH, e);
      throw Ec2Errors.rolledBack(volume.id());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "the state of " + volume.name() + " can't be seen", e);
    }
  }

  /// The open data key; null if the volume is unencrypted.
  private @Nullable Opened keyOrRefusal(VolumeRecord volume, Caller caller) {
    try {
      WrappedKey key = wrappedKey(volume);
      return key == null
          ? null
          : plane.attachmentKeys().open(new Purpose(caller, volume.id()), key);
    } catch (KeyRefusedException e) {
      plane.keep(volume.name(), ATTACH, e);
      if (e.mayPass()) {
        throw Ec2Errors.internal("The KMS did not answer for volume " + volume.id() + ".");
      }
      throw Ec2Errors.keyRevoked(volume.id());
    } catch (ForeignFilesException e) {
      plane.keep(volume.name(), ATTACH, e);
      throw Ec2Errors.foreignFiles(volume.id());
    } catch (IOException e) {
      plane.keep(volume.name(), ATTACH, e);
      throw Ec2Errors.internal("The header of volume " + volume.id() + " can't be read.");
    }
  }

  /// The wrapped data key out of the volume's own header; null if the volume is unencrypted.
  private @Nullable WrappedKey wrappedKey(VolumeRecord volume) throws IOException {
    Sealing sealing = Objects.requireNonNull(volume.sealing(), "volume is not made yet");
    Optional<WrappedKey> found = plane.blocks().volumeKey(volume.name());
    if (sealing.kmsKeyArn() == null) {
      return null;
    }
    WrappedKey key =
        found.orElseThrow(() -> new IOException("the header of " + volume.id() + " has no key"));
    if (!key.kmsKeyArn().equals(sealing.kmsKeyArn())) {
      throw new IOException(
          "the header of %s names the key %s, expected is %s"
              .formatted(volume.id(), key.kmsKeyArn(), sealing.kmsKeyArn()));
    }
    return key;
  }

  /// Gives back what an attachment that has ended was allowed.
  void release(VolumeRecord volume, Attachment attachment) {
    Sealing sealing = volume.sealing();
    if (sealing != null && sealing.kmsKeyArn() != null && attachment.grantId() != null) {
      plane
          .attachmentKeys()
          .release(
              new Purpose(attachment.by(), volume.id()), sealing.kmsKeyArn(), attachment.grantId());
    }
  }

  /// Opens a volume whose record has an attachment, and closes `key`.
  private void open(ResourceName name, @Nullable Opened key) throws InterruptedException {
    try (key;
        var _ = plane.locks().lock(name)) {
      VolumeRecord volume = plane.records().volume(name).orElse(null);
      if (volume == null || !isToBeOpen(volume)) {
        return;
      }
      boolean opened = false;
      try {
        SecretBytes dataKey = key == null ? null : key.dataKey();
        String path = plane.blocks().attach(name, dataKey, volume.sizeBytes(), attributes(volume));
        opened = true;
        forgetRefusal(name);
        plane.records().volumes().update(name.path(), v -> opened(v, path));
      } catch (IOException | RuntimeException | Error e) {
        plane.work().checkOpen();
        Attachment attachment = Objects.requireNonNull(volume.attachment(), "checked above");
        if (opened) {
          withdraw(name, e);
        }
        giveUp(volume, attachment, ATTACH, e);
      }
    }
  }

  /// Closes again what an attachment has opened that came to nothing.
  private void withdraw(ResourceName name, Throwable cause) {
    try {
      plane.blocks().detach(name, true);
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /// Makes a volume whose attachment came to nothing `available`.
  private void giveUp(VolumeRecord volume, Attachment attachment, String action, Throwable cause)
      throws InterruptedException {
    ResourceName name = volume.name();
    plane.persist(
        "the failed attaching of " + name,
        () -> {
          plane.keep(name, action, cause);
          plane.records().roots().withdraw(name);
          plane.records().volumes().update(name.path(), VolumeRecord::detached);
        });
    release(volume, attachment);
  }

  /// What was in the way of attaching a volume is no longer.
  private void forgetRefusal(ResourceName name) {
    plane
        .records()
        .failedAttempts()
        .get(name.path())
        .filter(failed -> failed.action().equals(ATTACH) || failed.action().equals(REATTACH))
        .ifPresent(_ -> plane.records().failedAttempts().delete(name.path()));
  }

  private static boolean isToBeOpen(VolumeRecord volume) {
    Attachment attachment = volume.attachment();
    return volume.state() == VolumeState.IN_USE
        && attachment != null
        && attachment.state() != VolumeAttachmentState.DETACHING;
  }

  /// Somebody may have asked for its detaching while it was opened; that goes on then.
  private static VolumeRecord opened(VolumeRecord volume, String path) {
    Attachment attachment = volume.attachment();
    return attachment == null || !isToBeOpen(volume)
        ? volume
        : volume.attached(attachment.attachedAt(path));
  }

  /// What is shown beside the export.
  private static Map<String, String> attributes(VolumeRecord volume) {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("volume-id", volume.id());
    attributes.put("account", volume.name().account());
    attributes.put("availability-zone", volume.zone());
    Attachment attachment = volume.attachment();
    if (attachment != null) {
      attributes.put("device", attachment.device());
    }
    if (volume.snapshotId() != null) {
      attributes.put("snapshot-id", volume.snapshotId());
    }
    Sealing sealing = volume.sealing();
    if (sealing != null) {
      attributes.put("cipher", sealing.cipher().name());
      attributes.put("lineage-id", sealing.lineageId());
      if (sealing.kmsKeyArn() != null) {
        attributes.put("kms-key-arn", sealing.kmsKeyArn());
      }
    }
    return Map.copyOf(attributes);
  }
}
