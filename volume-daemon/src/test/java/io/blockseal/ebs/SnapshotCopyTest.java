package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TransferType;
import io.blockseal.aws.kms.KeyState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotCopyTest {
  private static final Caller FRANKFURT = ALICE.atRegion("eu-central-1");

  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private FakeBlockPlane.Stored stored(String snapshotId) {
    return Objects.requireNonNull(rig.blocks.snapshotStored(snapshotId));
  }

  @Test
  void isACompletedSnapshotOfNoVolumeInParticular() {
    String source = rig.snapshot(rig.volume(asks -> asks.size(2)));

    Snapshot copy = rig.describeSnapshot(rig.copy(source, asks -> asks.description("second")));

    assertThat(copy.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(copy.volumeId()).isEqualTo("vol-ffffffff");
    assertThat(copy.volumeSize()).isEqualTo(2);
    assertThat(copy.description()).isEqualTo("second");
    assertThat(copy.transferType()).isEqualTo(TransferType.STANDARD);
    assertThat(copy.encrypted()).isFalse();
  }

  @Test
  void sharesTheDataKeyUnderTheSameKey() {
    String arn = rig.key();
    String source = rig.snapshot(rig.encryptedVolume(arn));
    rig.kms.forgetCalls();

    String copy = rig.copy(source, asks -> asks.encrypted(true).kmsKeyId(arn));

    assertThat(stored(copy).keyMark()).isEqualTo(stored(source).keyMark());
    assertThat(stored(copy).lineageId()).isEqualTo(stored(source).lineageId());
    assertThat(Objects.requireNonNull(stored(copy).key()).encryptionContext())
        .isEqualTo(Map.of("aws:ebs:id", copy));
    assertThat(rig.kms.operations()).containsExactly("DescribeKey", "ReEncrypt");
  }

  @Test
  void getsADataKeyOfItsOwnUnderAnotherKey() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String other = rig.key();
    rig.kms.forgetCalls();

    String copy = rig.copy(source, asks -> asks.encrypted(true).kmsKeyId(other));

    assertThat(stored(copy).keyMark()).isNotEqualTo(stored(source).keyMark());
    assertThat(rig.describeSnapshot(copy).kmsKeyId()).isEqualTo(other);
    assertThat(rig.kms.operations())
        .containsExactly("DescribeKey", "GenerateDataKeyWithoutPlaintext", "Decrypt", "Decrypt");
  }

  @Test
  void keepsTheCipherOfAnEncryptedSource() {
    String volume =
        rig.volume(
            asks ->
                asks.encrypted(true)
                    .tagSpecifications(
                        EbsRig.tags(ResourceType.VOLUME, "blockseal:cipher", "AES_256_GCM")));

    String copy = rig.copy(rig.snapshot(volume), asks -> asks.encrypted(true).kmsKeyId(rig.key()));

    assertThat(stored(copy).cipher()).isEqualTo(Cipher.AES_256_GCM);
  }

  @Test
  void crossesRegionsWithAKeyOfTheDestination() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String there = rig.kms.createKey(EbsRig.ACCOUNT, "eu-central-1");
    rig.kms.forgetCalls();

    String copy = rig.copy(FRANKFURT, source, asks -> asks.encrypted(true).kmsKeyId(there));

    assertThat(rig.describeSnapshot(FRANKFURT, copy).kmsKeyId()).isEqualTo(there);
    assertThat(rig.kms.calls().getLast().caller().region()).isEqualTo(EbsRig.REGION);
    assertThat(rig.kms.calls().getLast().caller().viaService())
        .isEqualTo("ec2.us-east-1.amazonaws.com");
    assertThat(rig.kms.calls().getFirst().caller().viaService())
        .isEqualTo("ec2.eu-central-1.amazonaws.com");
    assertThat(refused(() -> rig.describeSnapshot(copy)).code())
        .isEqualTo("InvalidSnapshot.NotFound");
  }

  @Test
  void cannotCrossRegionsWithAKeyOfTheSource() {
    String arn = rig.key();
    String source = rig.snapshot(rig.encryptedVolume(arn));

    String copy = rig.copy(FRANKFURT, source, asks -> asks.encrypted(true).kmsKeyId(arn));

    assertThat(rig.describeSnapshot(FRANKFURT, copy).state()).isEqualTo(SnapshotState.ERROR);
  }

  @Test
  void saysYesAndFailsLaterIfTheSourceIsUnknown() {
    String copy = rig.copy("snap-00000000000000000", _ -> {});

    Snapshot seen = rig.describeSnapshot(copy);
    assertThat(seen.state()).isEqualTo(SnapshotState.ERROR);
    assertThat(seen.stateMessage()).isEqualTo("Source snapshot is not found");
  }

  @Test
  void saysYesAndFailsLaterIfAKeyIsRefused() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String disabled = rig.key();
    rig.kms.setState(disabled, KeyState.DISABLED);

    for (String key : List.of(disabled, "alias/nowhere")) {
      String copy = rig.copy(source, asks -> asks.encrypted(true).kmsKeyId(key));

      Snapshot seen = rig.describeSnapshot(copy);
      assertThat(seen.state()).isEqualTo(SnapshotState.ERROR);
      assertThat(seen.stateMessage()).isEqualTo("Given key ID is not accessible");
      FailedAttempt why =
          rig.ebs
              .explainSnapshot(EbsRig.name(copy))
              .map(SnapshotExplanation::lastFailure)
              .orElseThrow();
      assertThat(why.kms()).isNotNull();
    }
  }

  @Test
  void failsLaterIfTheKeyOfTheSourceIsRefused() {
    String arn = rig.key();
    String source = rig.snapshot(rig.encryptedVolume(arn));
    rig.kms.setState(arn, KeyState.PENDING_DELETION);

    String copy = rig.copy(source, asks -> asks.encrypted(true).kmsKeyId(rig.key()));

    assertThat(rig.describeSnapshot(copy).state()).isEqualTo(SnapshotState.ERROR);
  }

  @Test
  void carriesItsOwnTagsOnly() {
    String source = rig.snapshot(rig.volume(_ -> {}));

    String copy =
        rig.copy(
            source,
            asks -> asks.tagSpecifications(EbsRig.tags(ResourceType.SNAPSHOT, "copy", "yes")));

    assertThat(rig.describeSnapshot(copy).tags()).containsExactly(new Tag("copy", "yes"));
  }

  @Test
  void isOneOfTwentyInProgressAtMost() {
    String source = rig.snapshot(rig.volume(_ -> {}));
    rig.blocks.holdTasks(true);
    for (int i = 0; i < 20; i++) {
      startCopy(source);
    }

    assertThat(refused(() -> startCopy(source)).code()).isEqualTo("ResourceLimitExceeded");
    rig.blocks.holdTasks(false);
    rig.settle();
  }

  private void startCopy(String source) {
    rig.ebs.copySnapshot(
        ALICE,
        CopySnapshotRequest.builder().sourceRegion(EbsRig.REGION).sourceSnapshotId(source).build());
  }

  @Test
  void refusesWhatCanBeSeenToBeWrong() {
    String source = rig.snapshot(rig.volume(_ -> {}));

    assertThat(refused(() -> rig.copy(source, asks -> asks.sourceRegion("moon-1"))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(
            refused(() -> rig.copy(source, asks -> asks.destinationRegion("eu-central-1"))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(refused(() -> rig.copy(source, asks -> asks.completionDurationMinutes(20))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(refused(() -> rig.copy("nothing", _ -> {})).code())
        .isEqualTo("InvalidSnapshotID.Malformed");
  }
}
