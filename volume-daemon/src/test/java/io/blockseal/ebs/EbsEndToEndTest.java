package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.LocalEbsRig.MIB;
import static io.blockseal.ebs.LocalEbsRig.await;
import static io.blockseal.ebs.LocalEbsRig.sealed;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.meta.InMemoryMetadataStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The control plane over real volume files and a real snapshot store.
class EbsEndToEndTest {
  @TempDir private Path root;

  private final FakeKms kms = new FakeKms();
  private LocalEbsRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new LocalEbsRig(root, new InMemoryMetadataStore(), kms.api(), new MovableClock());
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  private String key() {
    return kms.createKey(EbsRig.ACCOUNT, EbsRig.REGION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES_256_XTS", "AES_256_GCM"})
  void carriesDataThroughSnapshotCopyAndRestoreUnderTwoKeys(String cipher) {
    String first = key();
    String second = key();
    String original = rig.volume(sealed(first, cipher));
    rig.attach(original);
    rig.write(original, 5, "in the first chunk");
    rig.write(original, 700 * MIB + 17, "far away");

    String snapshot = rig.snapshot(original);
    rig.write(original, 5, "OVERWRITTEN LATER!");
    String copy = rig.copy(snapshot, second);
    String clone = rig.volume(asks -> asks.snapshotId(snapshot));
    String restored = rig.volume(asks -> asks.snapshotId(copy).size(2));
    rig.attach(clone);
    rig.attach(restored);

    for (String id : List.of(clone, restored)) {
      assertThat(rig.read(id, 5, 18)).isEqualTo("in the first chunk");
      assertThat(rig.read(id, 700 * MIB + 17, 8)).isEqualTo("far away");
      assertThat(rig.read(id, 300 * MIB, 4)).isEqualTo("\0\0\0\0");
    }
    assertThat(rig.read(restored, 1500 * MIB, 4)).isEqualTo("\0\0\0\0");
    assertThat(rig.read(original, 5, 18)).isEqualTo("OVERWRITTEN LATER!");
    assertThat(rig.describe(clone).kmsKeyId()).isEqualTo(first);
    assertThat(rig.describe(restored).kmsKeyId()).isEqualTo(second);
    assertThat(rig.explained(clone).lineageId()).isEqualTo(rig.explained(original).lineageId());
    assertThat(rig.explained(restored).lineageId())
        .isNotEqualTo(rig.explained(original).lineageId());
    assertThat(rig.explained(restored).cipher()).isEqualTo(Cipher.valueOf(cipher));
    rig.detach(original);
    rig.detach(clone);
    rig.detach(restored);
  }

  @Test
  void opensAVolumeOnlyWhileItsKeyIsEnabled() {
    String arn = key();
    String id = rig.volume(asks -> asks.size(1).encrypted(true).kmsKeyId(arn));
    rig.attach(id);
    rig.write(id, 0, "secret");
    kms.setState(arn, KeyState.DISABLED);
    rig.write(id, 6, " still written");
    rig.detach(id);

    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("CustomerKeyHasBeenRevoked");
    assertThat(rig.exports.published(id)).isFalse();

    kms.setState(arn, KeyState.ENABLED);
    rig.attach(id);
    assertThat(rig.read(id, 0, 20)).isEqualTo("secret still written");
  }

  @Test
  void encryptsThePlainOnTheWay() throws IOException {
    String plain = rig.volume(asks -> asks.size(1));
    rig.attach(plain);
    rig.write(plain, 3 * MIB, "was once plain");
    String snapshot = rig.snapshot(plain);
    String arn = key();

    String sealed = rig.volume(asks -> asks.snapshotId(snapshot).encrypted(true).kmsKeyId(arn));
    rig.attach(sealed);
    String copied = rig.volume(asks -> asks.snapshotId(rig.copy(snapshot, arn)));
    rig.attach(copied);

    assertThat(rig.read(sealed, 3 * MIB, 14)).isEqualTo("was once plain");
    assertThat(rig.read(copied, 3 * MIB, 14)).isEqualTo("was once plain");
    assertThat(rig.explained(sealed).cipher()).isEqualTo(Cipher.AES_256_XTS);
    rig.detach(plain);
    rig.detach(sealed);
    assertThat(stored(plain, "was once plain")).isTrue();
    assertThat(stored(sealed, "was once plain")).isFalse();
  }

  /// Whether the file of a volume has the text, where such a volume would have it.
  private boolean stored(String volumeId, String text) throws IOException {
    Path file =
        root.resolve("volumes")
            .resolve(EbsRig.ACCOUNT)
            .resolve(EbsRig.REGION)
            .resolve(volumeId + ".blockseal");
    try (var channel = Files.newByteChannel(file)) {
      ByteBuffer head = ByteBuffer.allocate((int) (8 * MIB));
      channel.read(head);
      return new String(head.array(), StandardCharsets.ISO_8859_1).contains(text);
    }
  }

  @Test
  void snapshotsADetachedVolumeWithoutItsKey() {
    String arn = key();
    String id = rig.volume(sealed(arn, "AES_256_GCM"));
    rig.attach(id);
    rig.write(id, 0, "asleep");
    rig.detach(id);
    kms.setState(arn, KeyState.DISABLED);

    String snapshot = rig.snapshot(id);

    kms.setState(arn, KeyState.ENABLED);
    String clone = rig.volume(asks -> asks.snapshotId(snapshot));
    rig.attach(clone);
    assertThat(rig.read(clone, 0, 6)).isEqualTo("asleep");
  }

  @Test
  void finishesASnapshotThroughDetachingAndAttaching() {
    String id = rig.volume(sealed(key(), "AES_256_XTS"));
    rig.attach(id);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      rig.write(id, offset, "old block");
    }

    String snapshot = rig.startSnapshot(id);
    rig.ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).build());
    await(() -> rig.describe(id).state() == VolumeState.AVAILABLE);
    rig.ebs.attachVolume(
        ALICE,
        AttachVolumeRequest.builder()
            .volumeId(id)
            .instanceId(EbsRig.HOST)
            .device("/dev/sdf")
            .build());
    await(() -> rig.exports.published(id));
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      rig.write(id, offset, "new block");
    }
    rig.settle();

    assertThat(rig.describeSnapshot(snapshot).state()).isEqualTo(SnapshotState.COMPLETED);
    String clone = rig.volume(asks -> asks.snapshotId(snapshot));
    rig.attach(clone);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      assertThat(rig.read(clone, offset, 9)).isEqualTo("old block");
      assertThat(rig.read(id, offset, 9)).isEqualTo("new block");
    }
  }

  @Test
  void keepsTheBlocksThatAVolumeStillNeedsOfADeletedSnapshot() {
    String original = rig.volume(sealed(key(), "AES_256_XTS"));
    rig.attach(original);
    rig.write(original, 9 * MIB, "needed");
    String snapshot = rig.snapshot(original);
    String clone = rig.volume(asks -> asks.snapshotId(snapshot));
    rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(snapshot).build());
    rig.detach(original);
    rig.ebs.deleteVolume(ALICE, DeleteVolumeRequest.builder().volumeId(original).build());
    rig.settle();

    rig.attach(clone);

    assertThat(rig.read(clone, 9 * MIB, 6)).isEqualTo("needed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void makesOfASnapshotWhatItPromisedThoughThatIsDeletedAtOnce(boolean underAnotherKey) {
    String original = rig.volume(sealed(key(), "AES_256_XTS"));
    rig.attach(original);
    rig.write(original, 9 * MIB, "promised");
    String other = key();
    for (int i = 0; i < 10; i++) {
      String snapshot = rig.snapshot(original);
      CreateVolumeRequest.Builder asks =
          CreateVolumeRequest.builder().availabilityZone("us-east-1a").snapshotId(snapshot);
      if (underAnotherKey) {
        asks.encrypted(true).kmsKeyId(other);
      }
      String clone = Objects.requireNonNull(rig.ebs.createVolume(ALICE, asks.build()).volumeId());
      String copy = rig.startCopy(snapshot, underAnotherKey ? other : null);
      rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(snapshot).build());
      rig.settle();

      assertThat(rig.describeSnapshot(copy).state()).isEqualTo(SnapshotState.COMPLETED);
      rig.attach(clone);
      assertThat(rig.read(clone, 9 * MIB, 8)).isEqualTo("promised");
      rig.detach(clone);
    }
  }

  @Test
  void beginsAgainAfterARestartWithAVolumeThatWasBeingEncryptedAnew() throws Exception {
    String original = rig.volume(sealed(key(), "AES_256_XTS"));
    rig.attach(original);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      rig.write(original, offset, "a block");
    }
    String snapshot = rig.snapshot(original);
    CreateVolumeRequest asks =
        CreateVolumeRequest.builder()
            .availabilityZone("us-east-1a")
            .snapshotId(snapshot)
            .encrypted(true)
            .kmsKeyId(key())
            .build();
    String clone = Objects.requireNonNull(rig.ebs.createVolume(ALICE, asks).volumeId());
    await(() -> rig.explained(clone).doneBytes() > 0);
    rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(snapshot).build());

    rig.close();
    rig.start();
    rig.settle();

    rig.attach(clone);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      assertThat(rig.read(clone, offset, 7)).isEqualTo("a block");
    }
  }

  @Test
  void refusesAHeaderWhoseDataKeyWasTamperedWith() throws Exception {
    String id = rig.volume(sealed(key(), "AES_256_XTS"));
    rig.replaceFile(id, Objects.requireNonNull(rig.describe(id).kmsKeyId()), "not base64");

    AwsException refusal = refused(() -> rig.attach(id));

    assertThat(refusal.code()).isEqualTo("InternalError");
    assertThat(refusal).hasMessage("The header of volume " + id + " can't be read.");
    assertThat(Objects.requireNonNull(rig.explained(id).lastFailure()).reason())
        .contains("data key that is not base64");
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void growsAttachedAndDetachedVolumes() {
    String id = rig.volume(asks -> asks.size(1).encrypted(true).kmsKeyId(key()));
    rig.modify(id, 2);
    rig.attach(id);
    rig.write(id, 1500 * MIB, "second GiB");
    rig.modify(id, 3);
    rig.write(id, 2500 * MIB, "third GiB");

    assertThat(rig.exports.device(id).sizeBytes()).isEqualTo(3072 * MIB);
    rig.detach(id);
    rig.attach(id);
    assertThat(rig.read(id, 1500 * MIB, 10)).isEqualTo("second GiB");
    assertThat(rig.read(id, 2500 * MIB, 9)).isEqualTo("third GiB");
  }

  @Test
  void attachesAgainAfterARestart() throws Exception {
    String arn = key();
    String kept = rig.volume(sealed(arn, "AES_256_GCM"));
    String lost = rig.volume(asks -> asks.size(1).encrypted(true).kmsKeyId(key()));
    rig.attach(kept);
    rig.attach(lost);
    rig.write(kept, 0, "before the restart");

    rig.close();
    kms.setState(Objects.requireNonNull(rig.describe(lost).kmsKeyId()), KeyState.DISABLED);
    rig.start();

    assertThat(rig.read(kept, 0, 18)).isEqualTo("before the restart");
    assertThat(rig.describe(kept).state()).isEqualTo(VolumeState.IN_USE);
    assertThat(rig.describe(lost).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(Objects.requireNonNull(rig.explained(lost).lastFailure()).action())
        .isEqualTo("ReattachVolume");
  }

  @Test
  void goesOnWithASnapshotAfterARestart() throws Exception {
    String id = rig.volume(sealed(key(), "AES_256_XTS"));
    rig.attach(id);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      rig.write(id, offset, "old block");
    }
    String snapshot = rig.startSnapshot(id);

    rig.close();
    rig.start();
    rig.settle();

    assertThat(rig.describeSnapshot(snapshot).state()).isEqualTo(SnapshotState.COMPLETED);
    rig.write(id, 0, "new block");
    String clone = rig.volume(asks -> asks.snapshotId(snapshot));
    rig.attach(clone);
    assertThat(rig.read(clone, 0, 9)).isEqualTo("old block");
  }

  @Test
  void leavesNothingBehindWhenVolumesAreDeleted() throws IOException {
    String id = rig.volume(sealed(key(), "AES_256_GCM"));
    rig.attach(id);
    rig.write(id, 0, "gone soon");
    rig.detach(id);
    rig.ebs.deleteVolume(ALICE, DeleteVolumeRequest.builder().volumeId(id).build());
    rig.settle();

    try (Stream<Path> files = Files.walk(root.resolve("volumes"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void staysDetachingWhileTheExportIsBusy() {
    String id = rig.volume(asks -> asks.size(1));
    rig.attach(id);
    rig.exports.setBusy(id, true);
    rig.ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).build());
    rig.write(id, 0, "still served");
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.IN_USE);

    rig.exports.setBusy(id, false);
    rig.settle();
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }
}
