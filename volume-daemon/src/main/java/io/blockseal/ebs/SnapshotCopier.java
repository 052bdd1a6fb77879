package io.blockseal.ebs;

import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.ebs.BlockPlane.Hold;
import io.blockseal.ebs.BlockPlane.NewSnapshotKey;
import io.blockseal.ebs.BlockPlane.SnapshotFacts;
import io.blockseal.ebs.BlockPlane.TooManyTasksException;
import io.blockseal.ebs.DataKeys.Purpose;
import io.blockseal.ebs.SnapshotRecord.CopyPlan;
import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.time.Duration;
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

  /// How often a copy that has no place yet tries again.
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ControlPlane plane;
  private final SnapshotTasks tasks;

  SnapshotCopier(ControlPlane plane, SnapshotTasks tasks) {
    this.plane = plane;
    this.tasks = tasks;
  }

  /// Makes the copy; does nothing if it is made, failed or gone.
  void make(ResourceName name) throws InterruptedException {
    try {
      SnapshotRecord copy = pending(name);
      while (copy != null && copy.copy() != null && !tryMake(copy, copy.copy())) {
        plane.work().pause(RETRY);
        copy = pending(name);
      }
    } catch (KeyRefusedException e) {
      plane.work().checkOpen();
      tasks.fail(name, ACTION, e, KEY_INACCESSIBLE);
    } catch (IOException | RuntimeException | Error e) {
      plane.work().checkOpen();
      tasks.fail(name, ACTION, e, "An internal error occurred while the copy was made.");
    }
  }

  private @Nullable SnapshotRecord pending(ResourceName name) {
    return plane
        .records()
        .snapshot(name)
        .filter(copy -> copy.state() == SnapshotState.PENDING)
        .orElse(null);
  }

  /// @return false if it is to be tried again later
  private boolean tryMake(SnapshotRecord copy, CopyPlan plan)
      throws KeyRefusedException, IOException, InterruptedException {
    ResourceName name = copy.name();
    if (plane.blocks().snapshot(name.id()).isPresent()) {
      tasks.complete(name);
      return true;
    }
    Optional<BlockTask> running = plane.blocks().runningCopy(name.id());
    if (running.isPresent()) {
      tasks.finish(name, ACTION, running.get());
      return true;
    }
    Optional<SnapshotFacts> source = source(copy, plan);
    if (source.isEmpty()) {
      tasks.fail(name, ACTION, new IOException(SOURCE_MISSING), SOURCE_MISSING);
      return true;
    }
    try {
      Optional<WrappedKey> begun = plane.blocks().interruptedCopy(name.id());
      BlockTask task =
          plane.patiently(
              () ->
                  begun.isPresent()
                      ? resume(copy, plan, source.get().key(), begun.get())
                      : start(copy, plan, source.get()));
      if (pending(name) == null) {
        abandon(name);
      } else {
        tasks.finish(name, ACTION, task);
      }
      return true;
    } catch (TooManyTasksException _) {
      return false;
    }
  }

  /// Stops a copy that was deleted when there was nothing yet to stop.
  private void abandon(ResourceName name) throws IOException, InterruptedException {
    plane.blocks().deleteSnapshot(name.id());
    plane.persist("the end of " + name, () -> plane.holds().release(name));
  }

  /// The manifest of the source, if that is one that the account may see, or could when it asked
  /// for the copy: it may be deleted since.
  private Optional<SnapshotFacts> source(SnapshotRecord copy, CopyPlan plan) throws IOException {
    String sourceId = plan.source().id();
    boolean visible =
        plane
            .records()
            .snapshot(plan.source())
            .filter(source -> source.state() == SnapshotState.COMPLETED)
            .isPresent();
    if (visible) {
      plane.blocks().holdSnapshot(sourceId, copy.id());
    }
    boolean begun = plane.blocks().interruptedCopy(copy.id()).isPresent();
    boolean held = plane.blocks().holds().contains(new Hold(sourceId, copy.id()));
    return begun || held ? plane.blocks().heldSnapshot(sourceId) : Optional.empty();
  }

  private BlockTask start(SnapshotRecord copy, CopyPlan plan, SnapshotFacts source)
      throws KeyRefusedException, IOException {
    KeyPlan keys = plan.keys();
    String sourceId = plan.source().id();
    WrappedKey sourceKey = source.key();
    // What an attempt may have left that the process before this one gave up.
    plane.blocks().deleteSnapshot(copy.id());
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
      WrappedKey key = plane.keys().rewrap(purpose, sourceKey);
      seal(copy, new Sealing(source.cipher(), source.lineageId(), targetArn));
      return plane.blocks().shareSnapshot(sourceId, copy.id(), key);
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

  /// Goes on with the data key that the copy was begun with.
  private BlockTask resume(
      SnapshotRecord copy, CopyPlan plan, @Nullable WrappedKey sourceKey, WrappedKey begun)
      throws KeyRefusedException, IOException {
    Purpose purpose = new Purpose(plan.keys().by(), copy.id());
    Purpose atSource = purpose.atRegion(plan.source().region());
    try (SecretBytes key = plane.keys().open(purpose, begun);
        SecretBytes source = sourceKey == null ? null : plane.keys().open(atSource, sourceKey)) {
      return plane.blocks().resumeCopy(copy.id(), source, key);
    }
  }

  private void seal(SnapshotRecord copy, Sealing sealing) {
    plane.records().snapshots().update(copy.name().path(), s -> s.withSealing(sealing));
  }
}
