package io.blockseal.ebs;

import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.ebs.BlockPlane.NewSnapshotKey;
import io.blockseal.ebs.BlockPlane.SnapshotFacts;
import io.blockseal.ebs.DataKeys.Purpose;
import io.blockseal.ebs.SnapshotRecord.CopyPlan;
import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes the copies whose records say `pending`. Under the key of its source a copy shares the
/// source's blocks and data key; under any other it gets a data key of its own and every block is
/// re-encrypted.
final class SnapshotCopier {
  static final String SOURCE_MISSING = "Source snapshot is not found";
  static final String KEY_INACCESSIBLE = "Given key ID is not accessible";

  private static final String ACTION = "CopySnapshot";

  private final ControlPlane plane;
  private final SnapshotTasks tasks;

  SnapshotCopier(ControlPlane plane, SnapshotTasks tasks) {
    this.plane = plane;
    this.tasks = tasks;
  }

  /// Makes the copy; does nothing if it is made, failed or gone.
  void make(ResourceName name) throws InterruptedException {
    SnapshotRecord record = plane.records().snapshot(name).orElse(null);
    if (record == null || record.state() != SnapshotState.PENDING || record.copy() == null) {
      return;
    }
    try {
      Optional<SnapshotFacts> source = source(record.copy());
      if (source.isEmpty()) {
        tasks.fail(name, ACTION, new IOException(SOURCE_MISSING), SOURCE_MISSING);
        return;
      }
      // What a crashed attempt may have left.
      plane.blocks().deleteSnapshot(name.id());
      tasks.finish(name, ACTION, start(record, record.copy(), source.get()));
    } catch (KeyRefusedException e) {
      tasks.fail(name, ACTION, e, KEY_INACCESSIBLE);
    } catch (IOException e) {
      tasks.fail(name, ACTION, e, "An internal error occurred while the copy was started.");
    }
  }

  /// The manifest of the source, if the source is one that the account may see.
  private Optional<SnapshotFacts> source(CopyPlan plan) throws IOException {
    boolean visible =
        plane
            .records()
            .snapshot(plan.source())
            .filter(source -> source.state() == SnapshotState.COMPLETED)
            .isPresent();
    return visible ? plane.blocks().snapshot(plan.source().id()) : Optional.empty();
  }

  private BlockTask start(SnapshotRecord copy, CopyPlan plan, SnapshotFacts source)
      throws KeyRefusedException, IOException {
    KeyPlan keys = plan.keys();
    String sourceId = plan.source().id();
    WrappedKey sourceKey = source.key();
    if (keys.outcome() == EncryptionOutcome.UNENCRYPTED) {
      seal(copy, new Sealing(Cipher.NONE, source.lineageId(), null));
      return plane.blocks().shareSnapshot(sourceId, copy.id(), null);
    }
    Purpose purpose = new Purpose(keys.by(), copy.id());
    String targetArn =
        plane.keys().arn(purpose, Objects.requireNonNull(keys.keyId(), "a copy names its key"));
    if (sourceKey != null
        && sourceKey.kmsKeyArn().equals(targetArn)
        && source.cipher() == keys.cipher()) {
      try (OpenDataKey key = plane.keys().rewrap(purpose, sourceKey)) {
        seal(copy, new Sealing(source.cipher(), source.lineageId(), targetArn));
        return plane.blocks().shareSnapshot(sourceId, copy.id(), key.wrapped());
      }
    }
    return reencrypt(copy, plan, sourceKey, purpose, targetArn);
  }

  private BlockTask reencrypt(
      SnapshotRecord copy,
      CopyPlan plan,
      @Nullable WrappedKey sourceKey,
      Purpose purpose,
      String targetArn)
      throws KeyRefusedException, IOException {
    Cipher cipher = plan.keys().cipher();
    String lineageId = plane.ids().newLineageId();
    Purpose atSource = purpose.atRegion(plan.source().region());
    try (OpenDataKey key = plane.keys().generate(purpose, targetArn);
        SecretBytes source = sourceKey == null ? null : plane.keys().open(atSource, sourceKey)) {
      seal(copy, new Sealing(cipher, lineageId, targetArn));
      return plane
          .blocks()
          .reencryptSnapshot(
              plan.source().id(),
              source,
              copy.id(),
              new NewSnapshotKey(cipher, lineageId, key.wrapped()),
              key.plaintext());
    }
  }

  private void seal(SnapshotRecord copy, Sealing sealing) {
    plane.records().snapshots().update(copy.name().path(), s -> s.withSealing(sealing));
  }
}
