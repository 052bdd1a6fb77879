package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.EbsRig.HOST;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KeyState;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a new daemon makes of the records of one that was killed.
class RecoveryTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  /// Makes everything that needs the data plane fail, as if the daemon had died before it.
  private void dieBefore(Runnable work) {
    rig.blocks.fail(new IOException("killed"));
    work.run();
    rig.settle();
    rig.blocks.fail(null);
  }

  @Test
  void attachesAgainUnderTheGrantOfThatTime() {
    String id = rig.encryptedVolume(rig.key());
    rig.attach(id);
    rig.kms.forgetCalls();

    rig.restart();
    rig.settle();

    assertThat(rig.blocks.isAttached(id)).isTrue();
    assertThat(rig.describe(id).attachmentsOrEmpty().getFirst().state())
        .isEqualTo(VolumeAttachmentState.ATTACHED);
    assertThat(rig.kms.operations()).containsExactly("Decrypt");
    assertThat(rig.kms.grants()).isOne();
    rig.detach(id);
    rig.settle();
    assertThat(rig.kms.grants()).isZero();
  }

  @Test
  void dropsTheAttachmentIfTheKeyIsRefusedNow() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);
    rig.attach(id);
    rig.kms.setState(arn, KeyState.DISABLED);

    rig.restart();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    FailedAttempt why =
        rig.ebs.explainVolume(EbsRig.name(id)).map(VolumeExplanation::lastFailure).orElseThrow();
    assertThat(why.action()).isEqualTo("ReattachVolume");
    assertThat(Objects.requireNonNull(why.kms()).code()).isEqualTo("DisabledException");
  }

  @Test
  void endsADetachingThatWasWaiting() {
    String id = rig.volume(_ -> {});
    rig.attach(id);
    rig.blocks.setBusy(id, true);
    rig.detach(id);

    rig.restart();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.blocks.isAttached(id)).isFalse();
  }

  @Test
  void makesVolumesThatWereBeingMade() {
    String id = rig.encryptedVolume(rig.key());
    // The record as it was before the making ended, and no file.
    rig.ebs.close();
    VolumeRecord made = new EbsRecords(rig.store).volume(EbsRig.name(id)).orElseThrow();
    KeyPlan plan =
        new KeyPlan(
            EncryptionOutcome.NAMED_KEY,
            Objects.requireNonNull(Objects.requireNonNull(made.sealing()).kmsKeyArn()),
            Cipher.AES_256_XTS,
            ALICE);
    new EbsRecords(rig.store).volumes().put(EbsRig.name(id).path(), unmade(made, plan));
    rig.blocks.crash();

    rig.startAgain();
    rig.settle();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.describe(id).kmsKeyId()).isEqualTo(plan.keyId());
  }

  private static VolumeRecord unmade(VolumeRecord made, KeyPlan plan) {
    return new VolumeRecord(
        made.name(),
        made.zone(),
        made.created(),
        VolumeState.CREATING,
        made.performance(),
        null,
        true,
        null,
        plan,
        made.tags(),
        null,
        made.modifications(),
        null);
  }

  @Test
  void deletesVolumesThatWereBeingDeleted() {
    String id = rig.volume(_ -> {});
    dieBefore(
        () -> rig.ebs.deleteVolume(ALICE, DeleteVolumeRequest.builder().volumeId(id).build()));
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.DELETING);

    rig.restart();
    rig.settle();

    assertThat(refused(() -> rig.describe(id)).code()).isEqualTo("InvalidVolume.NotFound");
    assertThat(rig.blocks.volume(id)).isNull();
  }

  @Test
  void deletesBlocksOfSnapshotsThatAreGone() {
    String id = rig.snapshot(rig.volume(_ -> {}));
    dieBefore(
        () ->
            rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(id).build()));
    assertThat(rig.blocks.snapshotStored(id)).isNotNull();

    rig.restart();
    rig.settle();

    assertThat(rig.blocks.snapshotStored(id)).isNull();
    assertThat(rig.store.scan("ebs/snapshot-deletion/", null, 10)).isEmpty();
  }

  @Test
  void givesUpSnapshotsWhoseBlocksAreLost() {
    String id = pendingSnapshot();

    rig.restart();
    rig.settle();

    assertThat(rig.describeSnapshot(id).state()).isEqualTo(SnapshotState.ERROR);
    assertThat(rig.describeSnapshot(id).stateMessage()).contains("restart");
  }

  @Test
  void goesOnWithSnapshotsWhoseBlocksAreThere() {
    String id = pendingSnapshot();

    rig.ebs.close();
    rig.blocks.holdTasks(false);
    rig.startAgain();
    rig.settle();

    assertThat(rig.describeSnapshot(id).state()).isEqualTo(SnapshotState.COMPLETED);
  }

  private String pendingSnapshot() {
    String volume = rig.volume(_ -> {});
    rig.blocks.holdTasks(true);
    return Objects.requireNonNull(
        rig.ebs
            .createSnapshot(ALICE, CreateSnapshotRequest.builder().volumeId(volume).build())
            .snapshotId());
  }

  @Test
  void startsCopiesOver() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    rig.blocks.holdTasks(true);
    String copy = copy(source);
    rig.restart();
    rig.blocks.holdTasks(false);
    rig.settle();

    assertThat(rig.describeSnapshot(copy).state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(Objects.requireNonNull(rig.blocks.snapshotStored(copy)).keyMark())
        .isNotEqualTo(Objects.requireNonNull(rig.blocks.snapshotStored(source)).keyMark());
  }

  @Test
  void goesOnWithCopiesUnderTheDataKeyTheyWereBegunWith() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    rig.blocks.holdTasks(true);
    String copy = copy(source);
    rig.awaitCalls("GenerateDataKeyWithoutPlaintext", "Decrypt", "Decrypt");
    rig.ebs.close();
    rig.kms.forgetCalls();
    rig.startAgain();
    rig.awaitCalls("Decrypt", "Decrypt");
    rig.blocks.holdTasks(false);
    rig.settle();

    assertThat(rig.describeSnapshot(copy).state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(rig.kms.operations()).containsExactly("Decrypt", "Decrypt");
  }

  @Test
  void goesOnWithCopiesWhoseSourceIsDeletedSince() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    rig.blocks.holdTasks(true);
    String copy = copy(source);
    rig.awaitCalls("GenerateDataKeyWithoutPlaintext", "Decrypt", "Decrypt");
    rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(source).build());
    rig.ebs.close();
    rig.startAgain();
    rig.blocks.holdTasks(false);
    rig.settle();

    assertThat(rig.describeSnapshot(copy).state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(rig.blocks.snapshotStored(source)).isNull();
  }

  @Test
  void beginsAgainWithVolumesThatWereBeingEncryptedAnew() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String other = rig.key();
    rig.blocks.holdTasks(true);
    String id =
        Objects.requireNonNull(
            rig.create(asks -> asks.snapshotId(source).encrypted(true).kmsKeyId(other)).volumeId());
    LocalEbsRig.await(() -> explained(id).doneBytes() > 0);
    rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(source).build());

    rig.ebs.close();
    assertThat(rig.blocks.volume(id)).isNull();
    rig.startAgain();
    rig.blocks.holdTasks(false);
    rig.settle();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.describe(id).kmsKeyId()).isEqualTo(other);
    assertThat(rig.blocks.holds()).isEmpty();
  }

  private VolumeExplanation explained(String id) {
    return rig.ebs.explainVolume(EbsRig.name(id)).orElseThrow();
  }

  @Test
  void retiresGrantsThatNoAttachmentNames() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);
    rig.attach(id);
    rig.kms.strayGrant(
        arn, "arn:aws:sts::123456789012:assumed-role/aws:ec2-infrastructure/" + HOST);
    rig.kms.strayGrant(arn, "arn:aws:iam::123456789012:user/bob");

    rig.restart();

    assertThat(rig.kms.grants()).isEqualTo(2);
    assertThat(rig.blocks.isAttached(id)).isTrue();
  }

  @Test
  void takesNoFailureForOneWhileTheDaemonCloses() {
    rig.blocks.holdTasks(true);
    String volume = rig.volume(_ -> {});
    String id =
        Objects.requireNonNull(
            rig.ebs
                .createSnapshot(ALICE, CreateSnapshotRequest.builder().volumeId(volume).build())
                .snapshotId());
    rig.ebs.close();
    rig.blocks.fail(new IOException("the store is closed"));
    rig.blocks.holdTasks(false);

    assertThat(new EbsRecords(rig.store).snapshot(EbsRig.name(id)).orElseThrow().state())
        .isEqualTo(SnapshotState.PENDING);
  }

  private String copy(String source) {
    return Objects.requireNonNull(
        rig.ebs
            .copySnapshot(
                ALICE,
                CopySnapshotRequest.builder()
                    .sourceRegion(EbsRig.REGION)
                    .sourceSnapshotId(source)
                    .build())
            .snapshotId());
  }
}
