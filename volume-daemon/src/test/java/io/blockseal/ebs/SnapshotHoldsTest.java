package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.ebs.BlockPlane.Hold;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Snapshots that are deleted while something that was promised of them is not made yet.
class SnapshotHoldsTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  /// Makes a call and deletes the snapshot, blocks and all, before anything happens behind it.
  private String thenDelete(String snapshotId, Supplier<String> call) throws IOException {
    synchronized (rig.blocks) {
      String id = call.get();
      delete(snapshotId);
      rig.blocks.deleteSnapshot(snapshotId);
      return id;
    }
  }

  private void delete(String snapshotId) {
    rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(snapshotId).build());
  }

  private String create(Consumer<CreateVolumeRequest.Builder> asks) {
    return Objects.requireNonNull(rig.create(asks).volumeId());
  }

  private String startCopy(String source, String keyArn) {
    return Objects.requireNonNull(
        rig.ebs
            .copySnapshot(
                ALICE,
                CopySnapshotRequest.builder()
                    .sourceRegion(EbsRig.REGION)
                    .sourceSnapshotId(source)
                    .encrypted(true)
                    .kmsKeyId(keyArn)
                    .build())
            .snapshotId());
  }

  @Test
  void keepTheBlocksOfAVolumeUntilItHasThem() throws IOException {
    String arn = rig.key();
    String source = rig.snapshot(rig.encryptedVolume(arn));

    String id = thenDelete(source, () -> create(asks -> asks.snapshotId(source)));
    rig.settle();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.blocks.holds()).containsExactly(new Hold(source, id));
  }

  @Test
  void endWithTheMakingOfAVolumeUnderAnotherKey() throws IOException {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String other = rig.key();

    String id =
        thenDelete(
            source, () -> create(asks -> asks.snapshotId(source).encrypted(true).kmsKeyId(other)));
    rig.settle();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.blocks.holds()).isEmpty();
    assertThat(rig.blocks.snapshotStored(source)).isNull();
  }

  @Test
  void endWithAVolumeThatVanishes() {
    String arn = rig.key();
    String source = rig.snapshot(rig.encryptedVolume(arn));
    rig.kms.setState(arn, KeyState.DISABLED);

    String id = create(asks -> asks.snapshotId(source));
    rig.settle();

    assertThat(refused(() -> rig.describe(id)).code()).isEqualTo("InvalidVolume.NotFound");
    assertThat(rig.blocks.holds()).isEmpty();
  }

  @Test
  void endWithAVolumeThatStaysInError() {
    EbsRig lasting = new EbsRig(EbsRig.configuration(EbsConfiguration.FailedCreation.ERROR));
    String arn = lasting.key();
    String source = lasting.snapshot(lasting.encryptedVolume(arn));
    lasting.kms.setState(arn, KeyState.DISABLED);

    String id = lasting.volume(asks -> asks.snapshotId(source));

    assertThat(lasting.describe(id).state()).isEqualTo(VolumeState.ERROR);
    assertThat(lasting.blocks.holds()).isEmpty();
    lasting.close();
  }

  @Test
  void refuseAVolumeOfBlocksThatAreGone() throws IOException {
    String source = rig.snapshot(rig.volume(_ -> {}));
    rig.blocks.deleteSnapshot(source);

    assertThat(refused(() -> create(asks -> asks.snapshotId(source))).code())
        .isEqualTo("InvalidSnapshot.NotFound");
    assertThat(rig.store.scan("ebs/volume/", null, 10)).hasSize(1);
  }

  @Test
  void keepTheSourceOfACopyUntilItIsMade() throws IOException {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String other = rig.key();

    String copy = thenDelete(source, () -> startCopy(source, other));
    rig.settle();

    assertThat(rig.describeSnapshot(copy).state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(rig.blocks.holds()).isEmpty();
    assertThat(rig.blocks.snapshotStored(source)).isNull();
  }

  @Test
  void endWithACopyThatFailsOrIsDeleted() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    startCopy(source, "alias/nowhere");
    rig.settle();
    assertThat(rig.blocks.holds()).isEmpty();

    rig.blocks.holdTasks(true);
    String copy = startCopy(source, rig.key());
    assertThat(rig.blocks.holds()).containsExactly(new Hold(source, copy));
    delete(copy);
    rig.blocks.holdTasks(false);
    rig.settle();
    assertThat(rig.blocks.holds()).isEmpty();
  }

  @Test
  void areReleasedAtTheNextStartIfTheirHolderWasNeverRecorded() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String kept = create(asks -> asks.snapshotId(source));
    rig.settle();
    rig.blocks.holdTasks(true);
    String copy = startCopy(source, rig.key());
    rig.blocks.holdSnapshot(source, "vol-0123456789abcdef0");
    rig.blocks.holdSnapshot(source, "snap-0123456789abcdef0");

    rig.restart();

    assertThat(rig.blocks.holds())
        .containsExactlyInAnyOrder(new Hold(source, kept), new Hold(source, copy));
    rig.blocks.holdTasks(false);
    rig.settle();
  }
}
