package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.DescribeVolumesModificationsRequest;
import io.blockseal.aws.ec2.Filter;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.VolumeModification;
import io.blockseal.aws.ec2.VolumeModificationState;
import io.blockseal.aws.ec2.VolumeType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolumeModifyingTest {
  private static final long GIB = 1L << 30;

  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private VolumeModification newest(String id) {
    return rig.ebs
        .describeVolumesModifications(
            ALICE, DescribeVolumesModificationsRequest.builder().volumeIds(List.of(id)).build())
        .volumesModificationsOrEmpty()
        .getFirst();
  }

  private long sizeBytes(String id) {
    return Objects.requireNonNull(rig.blocks.volume(id)).sizeBytes();
  }

  @Test
  void growsAnAttachedVolumeUnderItsUsers() {
    String id = rig.volume(_ -> {});
    rig.attach(id);

    VolumeModification answer =
        Objects.requireNonNull(
            rig.ebs
                .modifyVolume(ALICE, ModifyVolumeRequest.builder().volumeId(id).size(5).build())
                .volumeModification());
    rig.settle();

    assertThat(answer.modificationState()).isEqualTo(VolumeModificationState.MODIFYING);
    assertThat(answer.originalSize()).isEqualTo(1);
    assertThat(answer.targetSize()).isEqualTo(5);
    assertThat(answer.progress()).isZero();
    assertThat(sizeBytes(id)).isEqualTo(5 * GIB);
    assertThat(rig.describe(id).size()).isEqualTo(5);
    assertThat(newest(id).modificationState()).isEqualTo(VolumeModificationState.COMPLETED);
    assertThat(newest(id).progress()).isEqualTo(100);
    assertThat(newest(id).endTime()).isEqualTo(rig.clock.instant());
  }

  @Test
  void growsADetachedVolumeWhenItIsAttachedNext() {
    String id = rig.encryptedVolume(rig.key());
    rig.modify(id, asks -> asks.size(2));
    rig.settle();
    assertThat(rig.describe(id).size()).isEqualTo(2);
    assertThat(sizeBytes(id)).isEqualTo(GIB);

    rig.attach(id);

    assertThat(sizeBytes(id)).isEqualTo(2 * GIB);
  }

  @Test
  void changesTheTypeWithTheNewTypesDefaults() {
    String id = rig.volume(asks -> asks.size(10));
    rig.modify(id, asks -> asks.volumeType(VolumeType.GP3));
    rig.settle();

    assertThat(rig.describe(id).volumeType()).isEqualTo(VolumeType.GP3);
    assertThat(rig.describe(id).iops()).isEqualTo(3_000);
    assertThat(rig.describe(id).throughput()).isEqualTo(125);
    assertThat(newest(id).originalVolumeType()).isEqualTo(VolumeType.GP2);
  }

  @Test
  void neverShrinks() {
    String id = rig.volume(asks -> asks.size(4));

    AwsException refusal = refused(() -> rig.modify(id, asks -> asks.size(3)));
    assertThat(refusal.code()).isEqualTo("InvalidParameterValue");
    assertThat(refusal).hasMessage("New size cannot be smaller than existing size");
  }

  @Test
  void happensFourTimesInTwentyFourHours() {
    String id = rig.volume(_ -> {});
    for (int size = 2; size <= 5; size++) {
      int next = size;
      rig.modify(id, asks -> asks.size(next));
      rig.settle();
      rig.clock.advance(Duration.ofHours(1));
    }

    AwsException refusal = refused(() -> rig.modify(id, asks -> asks.size(6)));
    assertThat(refusal.code()).isEqualTo("VolumeModificationRateExceeded");
    assertThat(refusal).hasMessageContaining("2026-01-03T03:04:05.678Z");

    rig.clock.advance(Duration.ofHours(20));
    rig.modify(id, asks -> asks.size(6));
    rig.settle();
    assertThat(rig.describe(id).size()).isEqualTo(6);
  }

  @Test
  void failsIfTheVolumeCannotGrow() {
    String id = rig.volume(_ -> {});
    rig.attach(id);
    rig.blocks.fail(new IOException("disk is full"));

    rig.modify(id, asks -> asks.size(2));
    rig.settle();

    assertThat(newest(id).modificationState()).isEqualTo(VolumeModificationState.FAILED);
    assertThat(newest(id).statusMessage()).isEqualTo("disk is full");
    assertThat(rig.describe(id).size()).isEqualTo(1);
  }

  @Test
  void isListedForModifiedVolumesOnly() {
    String modified = rig.volume(_ -> {});
    String untouched = rig.volume(_ -> {});
    rig.modify(modified, asks -> asks.size(2));
    rig.settle();

    assertThat(
            rig.ebs
                .describeVolumesModifications(
                    ALICE,
                    DescribeVolumesModificationsRequest.builder()
                        .filters(List.of(new Filter("target-size", List.of("2", "3"))))
                        .build())
                .volumesModificationsOrEmpty())
        .extracting(VolumeModification::volumeId)
        .containsExactly(modified);
    assertThat(refused(() -> newest(untouched)).code())
        .isEqualTo("InvalidVolumeModification.NotFound");
  }

  @Test
  void needsSomethingToChange() {
    String id = rig.volume(_ -> {});

    assertThat(refused(() -> rig.modify(id, _ -> {})).code()).isEqualTo("MissingParameter");
  }
}
