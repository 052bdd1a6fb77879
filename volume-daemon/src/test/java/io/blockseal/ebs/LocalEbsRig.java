package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.meta.MetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.ChunkStore;
import io.blockseal.snapshot.DirectoryChunkStore;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.VolumeSpec;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The service over real volume files and a real snapshot store in a directory. Confined to one
/// thread.
final class LocalEbsRig implements AutoCloseable {
  static final long MIB = 1 << 20;

  /// Who calls.
  Caller caller = ALICE;

  final MovableClock clock;
  final MetadataStore store;
  FakeExports exports = new FakeExports();
  EbsService ebs;

  private final Path root;
  private final KmsApi kms;
  private final SecureRandom random = new SecureRandom();
  private final UnaryOperator<ChunkStore> wrapping;
  private ChunkStore chunks;
  private SnapshotStore snapshots;
  private LocalBlockPlane blocks;

  LocalEbsRig(Path root, MetadataStore store, KmsApi kms, MovableClock clock) throws Exception {
    this(root, store, kms, clock, UnaryOperator.identity());
  }

  /// @param wrapping what is put around the chunk store
  LocalEbsRig(
      Path root,
      MetadataStore store,
      KmsApi kms,
      MovableClock clock,
      UnaryOperator<ChunkStore> wrapping)
      throws Exception {
    this.wrapping = wrapping;
    this.root = root;
    this.store = store;
    this.kms = kms;
    this.clock = clock;
    chunks = wrapping.apply(DirectoryChunkStore.open(root.resolve("chunks")));
    snapshots = SnapshotStore.open(root.resolve("snapshots"), chunks, store, random, clock);
    blocks = new LocalBlockPlane(root.resolve("volumes"), snapshots, exports, random, store);
    ebs = service();
  }

  private EbsService service() throws InterruptedException {
    EbsService service =
        new EbsService(
            EbsRig.configuration(EbsConfiguration.FailedCreation.VANISH),
            store,
            kms,
            blocks,
            clock,
            random);
    service.recover();
    return service;
  }

  /// Ends everything in order.
  @Override
  public void close() throws IOException {
    ebs.close();
    blocks.close();
    snapshots.close();
    chunks.close();
  }

  /// Starts everything again on what [#close] left.
  void start() throws Exception {
    exports = new FakeExports();
    chunks = wrapping.apply(DirectoryChunkStore.open(root.resolve("chunks")));
    snapshots = SnapshotStore.open(root.resolve("snapshots"), chunks, store, random, clock);
    blocks = new LocalBlockPlane(root.resolve("volumes"), snapshots, exports, random, store);
    ebs = service();
  }

  void settle() {
    try {
      assertThat(ebs.awaitIdle(Duration.ofSeconds(60))).as("background work ends").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String volume(Consumer<CreateVolumeRequest.Builder> asks) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.builder().availabilityZone("us-east-1a");
    asks.accept(request);
    String id = Objects.requireNonNull(ebs.createVolume(caller, request.build()).volumeId());
    settle();
    assertThat(describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    return id;
  }

  Volume describe(String id) {
    return ebs.describeVolumes(
            caller, DescribeVolumesRequest.builder().volumeIds(List.of(id)).build())
        .volumesOrEmpty()
        .getFirst();
  }

  Snapshot describeSnapshot(String id) {
    return ebs.describeSnapshots(
            caller, DescribeSnapshotsRequest.builder().snapshotIds(List.of(id)).build())
        .snapshotsOrEmpty()
        .getFirst();
  }

  void attach(String id) {
    int others = (int) Stream.of("f", "g", "h").filter(d -> inUse("/dev/sd" + d)).count();
    ebs.attachVolume(
        caller,
        AttachVolumeRequest.builder()
            .volumeId(id)
            .instanceId(EbsRig.HOST)
            .device("/dev/sd" + (char) ('f' + others))
            .build());
    settle();
  }

  boolean inUse(String device) {
    return ebs
        .describeVolumes(caller, DescribeVolumesRequest.builder().build())
        .volumesOrEmpty()
        .stream()
        .flatMap(volume -> volume.attachmentsOrEmpty().stream())
        .anyMatch(attachment -> device.equals(attachment.device()));
  }

  void detach(String id) {
    ebs.detachVolume(caller, DetachVolumeRequest.builder().volumeId(id).build());
    settle();
    assertThat(describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }

  String snapshot(String volumeId) {
    String id = startSnapshot(volumeId);
    settle();
    assertThat(describeSnapshot(id).state()).isEqualTo(SnapshotState.COMPLETED);
    return id;
  }

  String startSnapshot(String volumeId) {
    clock.advance(Duration.ofSeconds(15));
    return Objects.requireNonNull(
        ebs.createSnapshot(caller, CreateSnapshotRequest.builder().volumeId(volumeId).build())
            .snapshotId());
  }

  String startCopy(String snapshotId, @Nullable String keyArn) {
    return Objects.requireNonNull(
        ebs.copySnapshot(
                caller,
                CopySnapshotRequest.builder()
                    .sourceRegion(EbsRig.REGION)
                    .sourceSnapshotId(snapshotId)
                    .encrypted(keyArn == null ? null : true)
                    .kmsKeyId(keyArn)
                    .build())
            .snapshotId());
  }

  /// Puts an empty volume in the place of another one, with whatever for a wrapped data key.
  void replaceFile(String volumeId, String keyArn, String encryptedDataKey) throws IOException {
    Path file = new VolumeDirectory(root.resolve("volumes")).file(EbsRig.name(volumeId));
    io.blockseal.volume.engine.Volume.delete(file);
    VolumeSpec spec =
        VolumeSpec.of(volumeId, 1024 * MIB, CipherSpec.AES_256_XTS, "0".repeat(32))
            .withKey(keyArn, encryptedDataKey, Map.of());
    try (SecretBytes dataKey = SecretBytes.takeOver(new byte[DataKeys.DATA_KEY_BYTES])) {
      io.blockseal.volume.engine.Volume.create(file, spec, dataKey, random);
    }
  }

  String copy(String snapshotId, @Nullable String keyArn) {
    String id = startCopy(snapshotId, keyArn);
    settle();
    assertThat(describeSnapshot(id).state()).isEqualTo(SnapshotState.COMPLETED);
    return id;
  }

  void write(String volumeId, long offset, String text) {
    try {
      BlockDevice device = exports.device(volumeId);
      device.write(offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      device.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String read(String volumeId, long offset, int length) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      exports.device(volumeId).read(offset, bytes);
      return new String(bytes.array(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Asks for 1 GiB under this key, kept with this cipher.
  static Consumer<CreateVolumeRequest.Builder> sealed(String keyArn, String cipher) {
    return asks ->
        asks.size(1)
            .encrypted(true)
            .kmsKeyId(keyArn)
            .tagSpecifications(EbsRig.tags(ResourceType.VOLUME, "blockseal:cipher", cipher));
  }

  VolumeExplanation explained(String volumeId) {
    return ebs.explainVolume(EbsRig.name(volumeId)).orElseThrow();
  }

  static void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(deadlineNs);
      Thread.onSpinWait();
    }
  }

  void modify(String id, int sizeGib) {
    ebs.modifyVolume(caller, ModifyVolumeRequest.builder().volumeId(id).size(sizeGib).build());
    settle();
    assertThat(describe(id).size()).isEqualTo(sizeGib);
  }
}
