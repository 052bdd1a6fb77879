package io.blockseal.ebs;

import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.ebs.BlockPlane.NewVolume;
import io.blockseal.ebs.BlockPlane.SnapshotFacts;
import io.blockseal.ebs.BlockTask.Progress;
import io.blockseal.ebs.DataKeys.Purpose;
import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes the volumes whose records say `creating`. A volume that can't be made vanishes after a
/// moment, as with AWS, or stays in state `error`; why, is kept. Thread-safe.
final class VolumeMaker {
  private static final String ACTION = "CreateVolume";

  private final ControlPlane plane;

  /// Of the volumes whose blocks are being encrypted anew.
  private final ConcurrentHashMap<String, Progress> progressById = new ConcurrentHashMap<>();

  VolumeMaker(ControlPlane plane) {
    this.plane = plane;
  }

  /// Makes the volume; does nothing if it is made, being deleted or gone.
  void make(ResourceName name) throws InterruptedException {
    VolumeRecord volume = plane.records().volume(name).orElse(null);
    if (volume == null || volume.state() != VolumeState.CREATING) {
      return;
    }
    KeyPlan keys = volume.plan();
    if (keys == null) {
      vanish(name);
      return;
    }
    try {
      Sealing sealing = plane.patiently(() -> build(volume, keys));
      plane.persist("the making of " + name, () -> made(name, sealing));
      plane.persist("what " + name + " needs", () -> releaseIfSpent(name));
    } catch (KeyRefusedException | IOException | RuntimeException | Error e) {
      plane.work().checkOpen();
      plane.persist("the failure of " + name, () -> plane.keep(name, ACTION, e));
      fail(name);
    } finally {
      progressById.remove(name.id());
    }
  }

  /// How far the encrypting anew of a volume is that is being made; null if nothing is.
  @Nullable Progress progress(String volumeId) {
    return progressById.get(volumeId);
  }

  /// May be repeated: whoever attached the volume since keeps it.
  private void made(ResourceName name, Sealing sealing) {
    plane
        .records()
        .volumes()
        .update(name.path(), v -> v.state() == VolumeState.CREATING ? v.available(sealing) : v);
  }

  private void releaseIfSpent(ResourceName name) {
    plane.records().volume(name).ifPresent(plane.holds()::releaseIfSpent);
  }

  private Sealing build(VolumeRecord volume, KeyPlan keys) throws KeyRefusedException, IOException {
    String snapshotId = volume.snapshotId();
    if (snapshotId == null) {
      return buildEmpty(volume, keys);
    }
    SnapshotFacts source =
        plane
            .blocks()
            .heldSnapshot(snapshotId)
            .orElseThrow(() -> new IOException("snapshot " + snapshotId + " has no blocks"));
    WrappedKey sourceKey = source.key();
    if (keys.outcome() == EncryptionOutcome.UNENCRYPTED) {
      NewVolume target = target(volume, Cipher.NONE, source.lineageId(), null);
      plane.blocks().restoreVolume(target, null, snapshotId);
      return sealing(target);
    }
    Purpose purpose = new Purpose(keys.by(), volume.id());
    String targetArn =
        keys.keyId() == null
            ? Objects.requireNonNull(sourceKey, "the source has no key").kmsKeyArn()
            : plane.keys().arn(purpose, keys.keyId());
    if (sourceKey != null
        && sourceKey.kmsKeyArn().equals(targetArn)
        && source.cipher() == keys.cipher()) {
      return share(volume, source, sourceKey, purpose);
    }
    return reencrypt(volume, keys.cipher(), sourceKey, purpose, targetArn);
  }

  private Sealing buildEmpty(VolumeRecord volume, KeyPlan keys)
      throws KeyRefusedException, IOException {
    String lineageId = plane.ids().newLineageId();
    String keyId = keys.keyId();
    if (keyId == null) {
      NewVolume target = target(volume, Cipher.NONE, lineageId, null);
      plane.blocks().createVolume(target, null);
      return sealing(target);
    }
    try (OpenDataKey key = plane.keys().generate(new Purpose(keys.by(), volume.id()), keyId)) {
      NewVolume target = target(volume, keys.cipher(), lineageId, key.wrapped());
      plane.blocks().createVolume(target, key.plaintext());
      return sealing(target);
    }
  }

  private Sealing share(
      VolumeRecord volume, SnapshotFacts source, WrappedKey sourceKey, Purpose purpose)
      throws KeyRefusedException, IOException {
    WrappedKey key = plane.keys().rewrap(purpose, sourceKey);
    try (SecretBytes plaintext = plane.keys().open(purpose, key)) {
      NewVolume target = target(volume, source.cipher(), source.lineageId(), key);
      plane.blocks().restoreVolume(target, plaintext, snapshotId(volume));
      return sealing(target);
    }
  }

  private Sealing reencrypt(
      VolumeRecord volume,
      Cipher cipher,
      @Nullable WrappedKey sourceKey,
      Purpose purpose,
      String targetArn)
      throws KeyRefusedException, IOException {
    try (OpenDataKey key = plane.keys().generate(purpose, targetArn);
        SecretBytes source = sourceKey == null ? null : plane.keys().open(purpose, sourceKey)) {
      NewVolume target = target(volume, cipher, plane.ids().newLineageId(), key.wrapped());
      plane
          .blocks()
          .restoreReencrypted(
              target, key.plaintext(), snapshotId(volume), source, p -> advance(volume.id(), p));
      return sealing(target);
    }
  }

  /// Ends the restoration if the daemon is closing; the next one begins it again.
  private void advance(String volumeId, Progress progress) {
    if (plane.work().closed()) {
      throw new CancellationException("the daemon is closing");
    }
    progressById.put(volumeId, progress);
  }

  private static String snapshotId(VolumeRecord volume) {
    return Objects.requireNonNull(volume.snapshotId(), "made of no snapshot");
  }

  private static NewVolume target(
      VolumeRecord volume, Cipher cipher, String lineageId, @Nullable WrappedKey key) {
    return new NewVolume(volume.name(), volume.sizeBytes(), cipher, lineageId, key);
  }

  private static Sealing sealing(NewVolume made) {
    WrappedKey key = made.key();
    return new Sealing(made.cipher(), made.lineageId(), key == null ? null : key.kmsKeyArn());
  }

  private void fail(ResourceName name) throws InterruptedException {
    switch (plane.configuration().failedCreation()) {
      case VANISH -> {
        plane.persist(
            "the failure of " + name,
            () -> plane.records().volumes().update(name.path(), VolumeRecord::withoutPlan));
        plane.work().pause(plane.configuration().vanishAfter());
        vanish(name);
      }
      case ERROR ->
          plane.persist(
              "the failure of " + name,
              () -> {
                plane
                    .records()
                    .volumes()
                    .update(name.path(), v -> v.withoutPlan().withState(VolumeState.ERROR));
                plane.holds().release(name);
              });
    }
  }

  private void vanish(ResourceName name) throws InterruptedException {
    try {
      plane.blocks().deleteVolume(name);
    } catch (IOException | RuntimeException e) {
      plane.work().checkOpen();
      plane.persist("the failure of " + name, () -> plane.keep(name, ACTION, e));
    }
    plane.persist(
        "the end of " + name,
        () -> {
          plane.records().volumes().delete(name.path());
          plane.holds().release(name);
        });
  }
}
