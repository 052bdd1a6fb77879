package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeModificationState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.ec2.VolumeType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EbsRecordsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final ResourceName NAME = EbsRig.name("vol-0123456789abcdef0");
  private static final Performance SMALL = new Performance(VolumeType.GP3, 1, 3_000, 125, false);
  private static final Performance LARGE = new Performance(VolumeType.ST1, 125, null, null, false);
  private static final KeyPlan PLAN =
      new KeyPlan(EncryptionOutcome.NAMED_KEY, "alias/a", Cipher.AES_256_GCM, EbsRig.ALICE);
  private static final Sealing SEALING =
      new Sealing(Cipher.AES_256_GCM, "00112233445566778899aabbccddeeff", "arn:aws:kms:r:a:key/k");

  private static VolumeRecord full() {
    return new VolumeRecord(
        NAME,
        "us-east-1a",
        NOW,
        VolumeState.IN_USE,
        SMALL,
        "snap-0123456789abcdef0",
        true,
        SEALING,
        PLAN,
        new TreeMap<>(Map.of("Name", "ä \"quoted\"")),
        new Attachment(
            "i-0123456789abcdef0",
            "/dev/sdf",
            VolumeAttachmentState.ATTACHED,
            NOW,
            "/mnt/x",
            EbsRig.ALICE.via("ec2.us-east-1.amazonaws.com"),
            "grant-1"),
        List.of(
            new Modification(VolumeModificationState.FAILED, SMALL, LARGE, NOW, NOW, "no room")),
        NOW);
  }

  @Test
  void readsAFullVolumeAsItWasWritten() {
    VolumeRecord volume = full();

    assertThat(VolumeRecord.of(Fields.read(volume.toFields().toBytes()))).isEqualTo(volume);
  }

  @Test
  void readsABareVolumeAsItWasWritten() {
    VolumeRecord volume =
        new VolumeRecord(
            NAME,
            "us-east-1a",
            NOW,
            VolumeState.CREATING,
            LARGE,
            null,
            false,
            null,
            null,
            new TreeMap<>(),
            null,
            List.of(),
            null);

    assertThat(VolumeRecord.of(Fields.read(volume.toFields().toBytes()))).isEqualTo(volume);
  }

  @Test
  void readsSnapshotsAsTheyWereWritten() {
    SnapshotRecord copy =
        new SnapshotRecord(
            NAME,
            SnapshotRecord.COPY_VOLUME_ID,
            NOW,
            NOW,
            SnapshotState.COMPLETED,
            "message",
            "description",
            1,
            true,
            SEALING,
            new SnapshotRecord.CopyPlan(NAME, PLAN, 15),
            new TreeMap<>(Map.of("a", "b")),
            5_000_000_000L);
    SnapshotRecord bare =
        new SnapshotRecord(
            NAME,
            "vol-1",
            NOW,
            null,
            SnapshotState.PENDING,
            null,
            "",
            1,
            false,
            new Sealing(Cipher.NONE, SEALING.lineageId(), null),
            null,
            new TreeMap<>(),
            null);

    assertThat(SnapshotRecord.of(Fields.read(copy.toFields().toBytes()))).isEqualTo(copy);
    assertThat(SnapshotRecord.of(Fields.read(bare.toFields().toBytes()))).isEqualTo(bare);
  }

  @Test
  void readsFailuresAsTheyWereWritten() {
    FailedAttempt attempt =
        new FailedAttempt(
            NAME,
            "AttachVolume",
            "reason",
            NOW,
            new KeyRefusal("Decrypt", "arn", "DisabledException", null, "Disabled", "r-1"));

    assertThat(FailedAttempt.of(Fields.read(attempt.toFields().toBytes()))).isEqualTo(attempt);
  }

  @Test
  void namesTheMemberThatARecordLacks() {
    Fields broken = Fields.read("{\"name\":7}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> VolumeRecord.of(broken))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("name");
  }

  @Test
  void keepsTheLastFiveModifications() {
    VolumeRecord volume = full();
    for (int i = 0; i < 9; i++) {
      volume =
          volume.modifying(
              new Modification(
                  VolumeModificationState.MODIFYING, SMALL, SMALL, NOW.plusSeconds(i), null, null));
    }

    assertThat(volume.modifications()).hasSize(5);
    assertThat(volume.modifications().getLast().started()).isEqualTo(NOW.plusSeconds(8));
  }
}
