package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.ArchitectureValues;
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
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.TagSpecification;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.meta.InMemoryMetadataStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/// The service over fakes, with short ways to say what tests say all the time.
final class EbsRig implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
  static final String REGION = "us-east-1";
  static final String HOST = "i-0123456789abcdef0";
  static final Caller ALICE =
      new Caller(
          ACCOUNT,
          REGION,
          "arn:aws:iam::123456789012:user/alice",
          "AIDAALICE",
          "AKIAALICE",
          "0f0f0f0f-0000-4000-8000-000000000000",
          "192.0.2.1",
          "test",
          null);

  final FakeKms kms = new FakeKms();
  final FakeBlockPlane blocks = new FakeBlockPlane();
  final MovableClock clock = new MovableClock();
  final InMemoryMetadataStore store = new InMemoryMetadataStore();
  final FaultyMetadataStore disk = new FaultyMetadataStore(store);
  private final EbsConfiguration configuration;
  EbsService ebs;

  EbsRig() {
    this(configuration(EbsConfiguration.FailedCreation.VANISH));
  }

  EbsRig(EbsConfiguration configuration) {
    this.configuration = configuration;
    ebs = service();
  }

  static EbsConfiguration configuration(EbsConfiguration.FailedCreation failedCreation) {
    HostInstance instance =
        new HostInstance(
            HOST,
            Instant.parse("2026-01-01T00:00:00Z"),
            "m7i.large",
            ArchitectureValues.X86_64,
            "host.internal");
    return new EbsConfiguration(
        List.of("us-east-1", "eu-central-1"),
        instance,
        Cipher.AES_256_XTS,
        failedCreation,
        Duration.ZERO,
        Duration.ofSeconds(15),
        true);
  }

  private EbsService service() {
    return new EbsService(configuration, disk, kms.api(), blocks, clock, new Random(1));
  }

  /// Kills the service and starts another one on what it left.
  void restart() {
    ebs.close();
    blocks.crash();
    startAgain();
  }

  /// Starts a second service on what an orderly end of the first one left.
  void startAgain() {
    blocks.restart();
    ebs = service();
    try {
      ebs.recover();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Waits for everything that goes on in the background.
  void settle() {
    try {
      assertThat(ebs.awaitIdle(Duration.ofSeconds(10))).as("background work ends").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Waits until KMS was asked for these operations, among others, in this order.
  void awaitCalls(String... operations) {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < deadlineNs
        && Collections.indexOfSubList(kms.operations(), List.of(operations)) < 0) {
      Thread.onSpinWait();
    }
    assertThat(kms.operations()).containsSubsequence(operations);
  }

  String key() {
    return kms.createKey(ACCOUNT, REGION);
  }

  static ResourceName name(String id) {
    return new ResourceName(ACCOUNT, REGION, id);
  }

  /// Asks for a volume of 1 GiB in zone a.
  Volume create(Consumer<CreateVolumeRequest.Builder> asks) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.builder().availabilityZone("us-east-1a").size(1);
    asks.accept(request);
    return ebs.createVolume(ALICE, request.build());
  }

  /// The id of a volume of 1 GiB in zone a that is made.
  String volume(Consumer<CreateVolumeRequest.Builder> asks) {
    String id = Objects.requireNonNull(create(asks).volumeId());
    settle();
    return id;
  }

  String encryptedVolume(String keyArn) {
    return volume(asks -> asks.encrypted(true).kmsKeyId(keyArn));
  }

  Volume describe(String id) {
    return ebs.describeVolumes(
            ALICE, DescribeVolumesRequest.builder().volumeIds(List.of(id)).build())
        .volumesOrEmpty()
        .getFirst();
  }

  void attach(String id) {
    attach(id, "/dev/sdf");
  }

  void attach(String id, String device) {
    ebs.attachVolume(
        ALICE, AttachVolumeRequest.builder().volumeId(id).instanceId(HOST).device(device).build());
    settle();
  }

  void detach(String id) {
    ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).build());
  }

  void modify(String id, Consumer<ModifyVolumeRequest.Builder> asks) {
    ModifyVolumeRequest.Builder request = ModifyVolumeRequest.builder().volumeId(id);
    asks.accept(request);
    ebs.modifyVolume(ALICE, request.build());
  }

  /// The id of a completed snapshot.
  String snapshot(String volumeId) {
    clock.advance(Duration.ofSeconds(15));
    Snapshot snapshot =
        ebs.createSnapshot(ALICE, CreateSnapshotRequest.builder().volumeId(volumeId).build());
    settle();
    return Objects.requireNonNull(snapshot.snapshotId());
  }

  String copy(String snapshotId, Consumer<CopySnapshotRequest.Builder> asks) {
    return copy(ALICE, snapshotId, asks);
  }

  String copy(Caller caller, String snapshotId, Consumer<CopySnapshotRequest.Builder> asks) {
    CopySnapshotRequest.Builder request =
        CopySnapshotRequest.builder().sourceRegion(REGION).sourceSnapshotId(snapshotId);
    asks.accept(request);
    String id = Objects.requireNonNull(ebs.copySnapshot(caller, request.build()).snapshotId());
    settle();
    return id;
  }

  Snapshot describeSnapshot(String id) {
    return describeSnapshot(ALICE, id);
  }

  Snapshot describeSnapshot(Caller caller, String id) {
    return ebs.describeSnapshots(
            caller, DescribeSnapshotsRequest.builder().snapshotIds(List.of(id)).build())
        .snapshotsOrEmpty()
        .getFirst();
  }

  static List<TagSpecification> tags(ResourceType type, String key, String value) {
    return List.of(new TagSpecification(type, List.of(new Tag(key, value))));
  }

  @Override
  public void close() {
    ebs.close();
    store.close();
  }
}
