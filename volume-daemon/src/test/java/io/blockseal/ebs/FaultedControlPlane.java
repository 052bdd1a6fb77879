package io.blockseal.ebs;

import static io.blockseal.ebs.LocalEbsRig.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.DescribeVolumesRequest;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.ListGrantsRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.fault.FaultPlan;
import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.kms.DomainKeys;
import io.blockseal.kms.EmbeddedKms;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.KeyFileRoot;
import io.blockseal.meta.InMemoryMetadataStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The control plane, the embedded KMS and the snapshots over a metadata store and a chunk store
/// whose calls go wrong as one plan says; volume files are real.
///
/// What is asked of it, after the daemon was started again on stores that are well: nothing is on
/// its way for ever; a volume that was reported made is there or its end is explained; what was
/// written to it and flushed is read, also after its key was rotated; a snapshot is complete and
/// exact, or failed; what was reported deleted is gone; the files are those of the volumes that
/// there are; no grant is left when nothing is attached; no chunk is left when no snapshot is.
/// Confined to one thread.
final class FaultedControlPlane {
  private static final Caller ROOT =
      new Caller(
          EbsRig.ACCOUNT,
          EbsRig.REGION,
          "arn:aws:iam::%s:root".formatted(EbsRig.ACCOUNT),
          EbsRig.ACCOUNT,
          "AKIAROOT",
          "request",
          "192.0.2.1",
          "test",
          null);
  private static final String TEXT = "flushed before the fault or after it";

  /// How many device names there are, from `f` on.
  private static final int DEVICES = 11;

  private final Path root;
  private final FaultPlan plan = new FaultPlan();
  private final MovableClock clock = new MovableClock();
  private final Hsm hsm;
  private final EmbeddedKms kms;
  private final LocalEbsRig rig;

  /// What was flushed at the beginning of volumes and snapshots.
  private final Map<String, String> texts = new HashMap<>();

  /// What was reported deleted.
  private final Set<String> gone = new HashSet<>();

  private int attachments;

  FaultedControlPlane(Path root) throws Exception {
    this.root = Files.createDirectories(root);
    SecureRandom random = new SecureRandom();
    FaultyMetadataStore store = new FaultyMetadataStore(new InMemoryMetadataStore(), plan);
    hsm = new Hsm(KeyFileRoot.create(root.resolve("root.key"), random), random);
    kms = new EmbeddedKms(store, DomainKeys.open(store, hsm), random, clock, _ -> {});
    rig = new LocalEbsRig(root, store, kms, clock, chunks -> new FaultyChunkStore(chunks, plan));
    rig.caller = ROOT;
  }

  FaultPlan plan() {
    return plan;
  }

  EmbeddedKms kms() {
    return kms;
  }

  LocalEbsRig rig() {
    return rig;
  }

  void close() throws IOException {
    plan.disarm();
    rig.close();
    hsm.close();
  }

  String key() {
    return Objects.requireNonNull(
        Objects.requireNonNull(
                kms.createKey(ROOT, CreateKeyRequest.builder().build()).keyMetadata())
            .arn());
  }

  /// Goes through everything; every call that fails is made once more.
  void live() {
    String first = persistently(this::key);
    String second = persistently(this::key);
    if (first == null || second == null) {
      return;
    }
    String volume = create(sealed(first, "AES_256_XTS"));
    attach(volume);
    write(volume, TEXT);
    String snapshot = started(volume, () -> rig.startSnapshot(Objects.requireNonNull(volume)));
    String copy = started(snapshot, () -> rig.startCopy(Objects.requireNonNull(snapshot), second));
    String restored = copy == null ? null : create(asks -> asks.snapshotId(copy));
    keep(copy, restored);
    persistently(
        () -> kms.rotateKeyOnDemand(ROOT, RotateKeyOnDemandRequest.builder().keyId(first).build()));
    grow(volume);
    attach(restored);
    write(volume, TEXT + ", again");
    remove(
        snapshot,
        () ->
            rig.ebs.deleteSnapshot(
                ROOT, DeleteSnapshotRequest.builder().snapshotId(snapshot).build()));
    detach(volume);
    detach(restored);
    remove(
        restored,
        () -> rig.ebs.deleteVolume(ROOT, DeleteVolumeRequest.builder().volumeId(restored).build()));
  }

  /// The daemon is started again, on stores that are well.
  void afterwards() throws Exception {
    plan.disarm();
    settle();
    rig.close();
    rig.start();
    settle();
    checkStates();
    checkTexts();
    String fresh = create(sealed(key(), "AES_256_XTS"));
    attach(fresh);
    write(fresh, "as new");
    checkEnd();
  }

  private interface Call<T> {
    T make();
  }

  private <T> @Nullable T persistently(Call<T> call) {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        T answer = call.make();
        settle();
        return answer;
      } catch (AwsException | UncheckedIOException | IllegalStateException e) {
        if (plan.hits() == 0) {
          throw new AssertionError("nothing went wrong", e);
        }
        settle();
      }
    }
    return null;
  }

  private @Nullable String create(Consumer<CreateVolumeRequest.Builder> asks) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.builder().availabilityZone("us-east-1a");
    asks.accept(request);
    return persistently(
        () -> Objects.requireNonNull(rig.ebs.createVolume(ROOT, request.build()).volumeId()));
  }

  private void attach(@Nullable String id) {
    if (id != null && state(id) == VolumeState.AVAILABLE) {
      String device = "/dev/sd" + (char) ('f' + attachments++ % DEVICES);
      persistently(
          () ->
              rig.ebs.attachVolume(
                  ROOT,
                  AttachVolumeRequest.builder()
                      .volumeId(id)
                      .instanceId(EbsRig.HOST)
                      .device(device)
                      .build()));
    }
  }

  private void detach(@Nullable String id) {
    if (id != null && state(id) == VolumeState.IN_USE) {
      persistently(
          () -> rig.ebs.detachVolume(ROOT, DetachVolumeRequest.builder().volumeId(id).build()));
    }
  }

  private void grow(@Nullable String id) {
    if (id != null && state(id) != null) {
      persistently(
          () ->
              rig.ebs.modifyVolume(
                  ROOT, ModifyVolumeRequest.builder().volumeId(id).size(2).build()));
    }
  }

  private void write(@Nullable String id, String text) {
    if (id != null && rig.exports.published(id)) {
      rig.write(id, 0, text);
      texts.put(id, text);
    }
  }

  /// A snapshot of what `source` holds.
  private @Nullable String started(@Nullable String source, Supplier<String> start) {
    if (source == null) {
      return null;
    }
    String id = persistently(start::get);
    keep(source, id);
    return id;
  }

  private void keep(@Nullable String source, @Nullable String made) {
    String text = source == null ? null : texts.get(source);
    if (made != null && text != null) {
      texts.put(made, text);
    }
  }

  private void remove(@Nullable String id, Call<?> call) {
    if (id == null) {
      return;
    }
    // If it fails, nobody knows.
    texts.remove(id);
    if (persistently(call) != null) {
      gone.add(id);
    }
  }

  private @Nullable VolumeState state(String id) {
    try {
      return plan.aside(
              () -> volumes().stream().filter(volume -> id.equals(volume.volumeId())).findFirst())
          .map(Volume::state)
          .orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Volume> volumes() {
    return rig.ebs.describeVolumes(ROOT, DescribeVolumesRequest.builder().build()).volumesOrEmpty();
  }

  private List<Snapshot> snapshots() {
    return rig.ebs
        .describeSnapshots(
            ROOT, DescribeSnapshotsRequest.builder().ownerIds(List.of("self")).build())
        .snapshotsOrEmpty();
  }

  private void settle() {
    try {
      assertThat(rig.ebs.awaitIdle(Duration.ofSeconds(60))).as("background work ends").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void checkStates() {
    for (Volume volume : volumes()) {
      assertThat(volume.state())
          .as(volume.volumeId())
          .isIn(VolumeState.AVAILABLE, VolumeState.IN_USE, VolumeState.ERROR);
      assertThat(volume.attachmentsOrEmpty())
          .allMatch(attachment -> attachment.state() == VolumeAttachmentState.ATTACHED);
    }
    assertThat(snapshots()).allMatch(snapshot -> snapshot.state() != SnapshotState.PENDING);
    Set<String> there = volumes().stream().map(Volume::volumeId).collect(Collectors.toSet());
    assertThat(gone).noneMatch(there::contains);
    assertThat(snapshots()).noneMatch(snapshot -> gone.contains(snapshot.snapshotId()));
    for (String id : texts.keySet()) {
      if (id.startsWith("vol-") && !there.contains(id)) {
        assertThat(rig.explained(id).lastFailure()).as("why %s is gone", id).isNotNull();
      }
    }
  }

  private void checkTexts() {
    for (var entry : Map.copyOf(texts).entrySet()) {
      String id = entry.getKey();
      if (id.startsWith("vol-") && state(id) != null) {
        checkText(id, entry.getValue());
      }
    }
    for (Snapshot snapshot : snapshots()) {
      String text = texts.get(String.valueOf(snapshot.snapshotId()));
      if (snapshot.state() == SnapshotState.COMPLETED && text != null) {
        String restored =
            Objects.requireNonNull(create(asks -> asks.snapshotId(snapshot.snapshotId())));
        checkText(restored, text);
      }
    }
  }

  private void checkText(String id, String text) {
    attach(id);
    assertThat(rig.exports.published(id)).as("%s is attached", id).isTrue();
    assertThat(rig.read(id, 0, text.length())).as(id).isEqualTo(text);
    detach(id);
  }

  /// Nothing is left when everything was taken away.
  private void checkEnd() throws IOException {
    assertThat(files())
        .isEqualTo(volumes().stream().map(Volume::volumeId).collect(Collectors.toSet()));
    for (Volume volume : volumes()) {
      String id = Objects.requireNonNull(volume.volumeId());
      detach(id);
      String key = volume.kmsKeyId();
      if (key != null) {
        assertThat(
                kms.listGrants(ROOT, ListGrantsRequest.builder().keyId(key).build())
                    .grantsOrEmpty())
            .as("grants of %s", key)
            .isEmpty();
      }
      rig.ebs.deleteVolume(ROOT, DeleteVolumeRequest.builder().volumeId(id).build());
      settle();
    }
    for (Snapshot snapshot : snapshots()) {
      rig.ebs.deleteSnapshot(
          ROOT, DeleteSnapshotRequest.builder().snapshotId(snapshot.snapshotId()).build());
      settle();
    }
    assertThat(files()).isEmpty();
    LocalEbsRig.await(() -> chunks() == 0);
  }

  private Set<String> files() throws IOException {
    return found("volumes", ".blockseal")
        .map(file -> file.replace(".blockseal", ""))
        .collect(Collectors.toSet());
  }

  private long chunks() {
    try {
      return found("chunks", "").filter(name -> name.length() == 64).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stream<String> found(String directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(directory))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(suffix))
          .toList()
          .stream();
    }
  }
}
