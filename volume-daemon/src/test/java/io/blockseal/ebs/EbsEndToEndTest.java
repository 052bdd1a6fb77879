package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.snapshot.DirectoryChunkStore;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.volume.engine.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The control plane over real volume files and a real snapshot store.
class EbsEndToEndTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path root;

  private final FakeKms kms = new FakeKms();
  private final MovableClock clock = new MovableClock();
  private final InMemoryMetadataStore store = new InMemoryMetadataStore();
  private final SecureRandom random = new SecureRandom();
  private FakeExports exports = new FakeExports();
  private DirectoryChunkStore chunks;
  private SnapshotStore snapshots;
  private LocalBlockPlane blocks;
  private EbsService ebs;

  @BeforeEach
  void start() throws Exception {
    exports = new FakeExports();
    chunks = DirectoryChunkStore.open(root.resolve("chunks"));
    snapshots = SnapshotStore.open(root.resolve("snapshots"), chunks, store, random, clock);
    blocks = new LocalBlockPlane(root.resolve("volumes"), snapshots, exports, random);
    ebs =
        new EbsService(
            EbsRig.configuration(EbsConfiguration.FailedCreation.VANISH),
            store,
            kms.api(),
            blocks,
            clock,
            random);
    ebs.recover();
  }

  @AfterEach
  void stop() throws IOException {
    ebs.close();
    blocks.close();
    snapshots.close();
    chunks.close();
  }

  private void settle() {
    try {
      assertThat(ebs.awaitIdle(Duration.ofSeconds(60))).as("background work ends").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String key() {
    return kms.createKey(EbsRig.ACCOUNT, EbsRig.REGION);
  }

  private String volume(Consumer<CreateVolumeRequest.Builder> asks) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.builder().availabilityZone("us-east-1a");
    asks.accept(request);
    String id = Objects.requireNonNull(ebs.createVolume(ALICE, request.build()).volumeId());
    settle();
    assertThat(describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    return id;
  }

  private Volume describe(String id) {
    return ebs.describeVolumes(
            ALICE, DescribeVolumesRequest.builder().volumeIds(List.of(id)).build())
        .volumesOrEmpty()
        .getFirst();
  }

  private Snapshot describeSnapshot(String id) {
    return ebs.describeSnapshots(
            ALICE, DescribeSnapshotsRequest.builder().snapshotIds(List.of(id)).build())
        .snapshotsOrEmpty()
        .getFirst();
  }

  private void attach(String id) {
    int others = (int) Stream.of("f", "g", "h").filter(d -> inUse("/dev/sd" + d)).count();
    ebs.attachVolume(
        ALICE,
        AttachVolumeRequest.builder()
            .volumeId(id)
            .instanceId(EbsRig.HOST)
            .device("/dev/sd" + (char) ('f' + others))
            .build());
    settle();
  }

  private boolean inUse(String device) {
    return ebs
        .describeVolumes(ALICE, DescribeVolumesRequest.builder().build())
        .volumesOrEmpty()
        .stream()
        .flatMap(volume -> volume.attachmentsOrEmpty().stream())
        .anyMatch(attachment -> device.equals(attachment.device()));
  }

  private void detach(String id) {
    ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).build());
    settle();
    assertThat(describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }

  private String snapshot(String volumeId) {
    String id = startSnapshot(volumeId);
    settle();
    assertThat(describeSnapshot(id).state()).isEqualTo(SnapshotState.COMPLETED);
    return id;
  }

  private String startSnapshot(String volumeId) {
    clock.advance(Duration.ofSeconds(15));
    return Objects.requireNonNull(
        ebs.createSnapshot(ALICE, CreateSnapshotRequest.builder().volumeId(volumeId).build())
            .snapshotId());
  }

  private String copy(String snapshotId, @Nullable String keyArn) {
    String id =
        Objects.requireNonNull(
            ebs.copySnapshot(
                    ALICE,
                    CopySnapshotRequest.builder()
                        .sourceRegion(EbsRig.REGION)
                        .sourceSnapshotId(snapshotId)
                        .encrypted(keyArn == null ? null : true)
                        .kmsKeyId(keyArn)
                        .build())
                .snapshotId());
    settle();
    assertThat(describeSnapshot(id).state()).isEqualTo(SnapshotState.COMPLETED);
    return id;
  }

  private void write(String volumeId, long offset, String text) {
    try {
      BlockDevice device = exports.device(volumeId);
      device.write(offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      device.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String read(String volumeId, long offset, int length) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      exports.device(volumeId).read(offset, bytes);
      return new String(bytes.array(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Consumer<CreateVolumeRequest.Builder> sealed(String keyArn, String cipher) {
    return asks ->
        asks.size(1)
            .encrypted(true)
            .kmsKeyId(keyArn)
            .tagSpecifications(EbsRig.tags(ResourceType.VOLUME, "blockseal:cipher", cipher));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES_256_XTS", "AES_256_GCM"})
  void carriesDataThroughSnapshotCopyAndRestoreUnderTwoKeys(String cipher) {
    String first = key();
    String second = key();
    String original = volume(sealed(first, cipher));
    attach(original);
    write(original, 5, "in the first chunk");
    write(original, 700 * MIB + 17, "far away");

    String snapshot = snapshot(original);
    write(original, 5, "OVERWRITTEN LATER!");
    String copy = copy(snapshot, second);
    String clone = volume(asks -> asks.snapshotId(snapshot));
    String restored = volume(asks -> asks.snapshotId(copy).size(2));
    attach(clone);
    attach(restored);

    for (String id : List.of(clone, restored)) {
      assertThat(read(id, 5, 18)).isEqualTo("in the first chunk");
      assertThat(read(id, 700 * MIB + 17, 8)).isEqualTo("far away");
      assertThat(read(id, 300 * MIB, 4)).isEqualTo("\0\0\0\0");
    }
    assertThat(read(restored, 1500 * MIB, 4)).isEqualTo("\0\0\0\0");
    assertThat(read(original, 5, 18)).isEqualTo("OVERWRITTEN LATER!");
    assertThat(describe(clone).kmsKeyId()).isEqualTo(first);
    assertThat(describe(restored).kmsKeyId()).isEqualTo(second);
    assertThat(explained(clone).lineageId()).isEqualTo(explained(original).lineageId());
    assertThat(explained(restored).lineageId()).isNotEqualTo(explained(original).lineageId());
    assertThat(explained(restored).cipher()).isEqualTo(Cipher.valueOf(cipher));
    detach(original);
    detach(clone);
    detach(restored);
  }

  private VolumeExplanation explained(String volumeId) {
    return ebs.explainVolume(EbsRig.name(volumeId)).orElseThrow();
  }

  @Test
  void opensAVolumeOnlyWhileItsKeyIsEnabled() {
    String arn = key();
    String id = volume(asks -> asks.size(1).encrypted(true).kmsKeyId(arn));
    attach(id);
    write(id, 0, "secret");
    kms.setState(arn, KeyState.DISABLED);
    write(id, 6, " still written");
    detach(id);

    assertThat(refused(() -> attach(id)).code()).isEqualTo("CustomerKeyHasBeenRevoked");
    assertThat(exports.published(id)).isFalse();

    kms.setState(arn, KeyState.ENABLED);
    attach(id);
    assertThat(read(id, 0, 20)).isEqualTo("secret still written");
  }

  @Test
  void encryptsThePlainOnTheWay() throws IOException {
    String plain = volume(asks -> asks.size(1));
    attach(plain);
    write(plain, 3 * MIB, "was once plain");
    String snapshot = snapshot(plain);
    String arn = key();

    String sealed = volume(asks -> asks.snapshotId(snapshot).encrypted(true).kmsKeyId(arn));
    attach(sealed);
    String copied = volume(asks -> asks.snapshotId(copy(snapshot, arn)));
    attach(copied);

    assertThat(read(sealed, 3 * MIB, 14)).isEqualTo("was once plain");
    assertThat(read(copied, 3 * MIB, 14)).isEqualTo("was once plain");
    assertThat(explained(sealed).cipher()).isEqualTo(Cipher.AES_256_XTS);
    detach(plain);
    detach(sealed);
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
    String id = volume(sealed(arn, "AES_256_GCM"));
    attach(id);
    write(id, 0, "asleep");
    detach(id);
    kms.setState(arn, KeyState.DISABLED);

    String snapshot = snapshot(id);

    kms.setState(arn, KeyState.ENABLED);
    String clone = volume(asks -> asks.snapshotId(snapshot));
    attach(clone);
    assertThat(read(clone, 0, 6)).isEqualTo("asleep");
  }

  @Test
  void finishesASnapshotThroughDetachingAndAttaching() {
    String id = volume(sealed(key(), "AES_256_XTS"));
    attach(id);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      write(id, offset, "old block");
    }

    String snapshot = startSnapshot(id);
    ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).build());
    await(() -> describe(id).state() == VolumeState.AVAILABLE);
    ebs.attachVolume(
        ALICE,
        AttachVolumeRequest.builder()
            .volumeId(id)
            .instanceId(EbsRig.HOST)
            .device("/dev/sdf")
            .build());
    await(() -> exports.published(id));
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      write(id, offset, "new block");
    }
    settle();

    assertThat(describeSnapshot(snapshot).state()).isEqualTo(SnapshotState.COMPLETED);
    String clone = volume(asks -> asks.snapshotId(snapshot));
    attach(clone);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      assertThat(read(clone, offset, 9)).isEqualTo("old block");
      assertThat(read(id, offset, 9)).isEqualTo("new block");
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(deadlineNs);
      Thread.onSpinWait();
    }
  }

  @Test
  void keepsTheBlocksThatAVolumeStillNeedsOfADeletedSnapshot() {
    String original = volume(sealed(key(), "AES_256_XTS"));
    attach(original);
    write(original, 9 * MIB, "needed");
    String snapshot = snapshot(original);
    String clone = volume(asks -> asks.snapshotId(snapshot));
    ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(snapshot).build());
    detach(original);
    ebs.deleteVolume(ALICE, DeleteVolumeRequest.builder().volumeId(original).build());
    settle();

    attach(clone);

    assertThat(read(clone, 9 * MIB, 6)).isEqualTo("needed");
  }

  @Test
  void growsAttachedAndDetachedVolumes() {
    String id = volume(asks -> asks.size(1).encrypted(true).kmsKeyId(key()));
    modify(id, 2);
    attach(id);
    write(id, 1500 * MIB, "second GiB");
    modify(id, 3);
    write(id, 2500 * MIB, "third GiB");

    assertThat(exports.device(id).sizeBytes()).isEqualTo(3072 * MIB);
    detach(id);
    attach(id);
    assertThat(read(id, 1500 * MIB, 10)).isEqualTo("second GiB");
    assertThat(read(id, 2500 * MIB, 9)).isEqualTo("third GiB");
  }

  private void modify(String id, int sizeGib) {
    ebs.modifyVolume(ALICE, ModifyVolumeRequest.builder().volumeId(id).size(sizeGib).build());
    settle();
    assertThat(describe(id).size()).isEqualTo(sizeGib);
  }

  @Test
  void attachesAgainAfterARestart() throws Exception {
    String arn = key();
    String kept = volume(sealed(arn, "AES_256_GCM"));
    String lost = volume(asks -> asks.size(1).encrypted(true).kmsKeyId(key()));
    attach(kept);
    attach(lost);
    write(kept, 0, "before the restart");

    stop();
    kms.setState(Objects.requireNonNull(describeKey(lost)), KeyState.DISABLED);
    start();

    assertThat(read(kept, 0, 18)).isEqualTo("before the restart");
    assertThat(describe(kept).state()).isEqualTo(VolumeState.IN_USE);
    assertThat(describe(lost).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(Objects.requireNonNull(explained(lost).lastFailure()).action())
        .isEqualTo("ReattachVolume");
  }

  private @Nullable String describeKey(String volumeId) {
    return new EbsRecords(store)
        .volume(EbsRig.name(volumeId))
        .map(VolumeRecord::sealing)
        .map(Sealing::kmsKeyArn)
        .orElse(null);
  }

  @Test
  void goesOnWithASnapshotAfterARestart() throws Exception {
    String id = volume(sealed(key(), "AES_256_XTS"));
    attach(id);
    for (long offset = 0; offset < 64 * MIB; offset += MIB / 2) {
      write(id, offset, "old block");
    }
    String snapshot = startSnapshot(id);

    stop();
    start();
    settle();

    assertThat(describeSnapshot(snapshot).state()).isEqualTo(SnapshotState.COMPLETED);
    write(id, 0, "new block");
    String clone = volume(asks -> asks.snapshotId(snapshot));
    attach(clone);
    assertThat(read(clone, 0, 9)).isEqualTo("old block");
  }

  @Test
  void leavesNothingBehindWhenVolumesAreDeleted() throws IOException {
    String id = volume(sealed(key(), "AES_256_GCM"));
    attach(id);
    write(id, 0, "gone soon");
    detach(id);
    ebs.deleteVolume(ALICE, DeleteVolumeRequest.builder().volumeId(id).build());
    settle();

    try (Stream<Path> files = Files.walk(root.resolve("volumes"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void staysDetachingWhileTheExportIsBusy() {
    String id = volume(asks -> asks.size(1));
    attach(id);
    exports.setBusy(id, true);
    ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).build());
    write(id, 0, "still served");
    assertThat(describe(id).state()).isEqualTo(VolumeState.IN_USE);

    exports.setBusy(id, false);
    settle();
    assertThat(describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }
}
