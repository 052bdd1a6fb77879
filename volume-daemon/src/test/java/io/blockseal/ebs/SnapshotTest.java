package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.CreateSnapshotRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DescribeSnapshotsRequest;
import io.blockseal.aws.ec2.Filter;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Snapshot;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.VolumeType;
import io.blockseal.aws.kms.KeyState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private Snapshot create(String volumeId) {
    return rig.ebs.createSnapshot(
        ALICE, CreateSnapshotRequest.builder().volumeId(volumeId).build());
  }

  private List<String> listed(Consumer<DescribeSnapshotsRequest.Builder> asks) {
    DescribeSnapshotsRequest.Builder request = DescribeSnapshotsRequest.builder();
    asks.accept(request);
    return rig.ebs.describeSnapshots(ALICE, request.build()).snapshotsOrEmpty().stream()
        .map(Snapshot::snapshotId)
        .toList();
  }

  @Test
  void isPendingAndThenCompleted() {
    String volume = rig.volume(asks -> asks.size(3));
    rig.blocks.holdTasks(true);

    Snapshot answer =
        rig.ebs.createSnapshot(
            ALICE,
            CreateSnapshotRequest.builder()
                .volumeId(volume)
                .description("nightly")
                .tagSpecifications(EbsRig.tags(ResourceType.SNAPSHOT, "Name", "n1"))
                .build());
    String id = Objects.requireNonNull(answer.snapshotId());
    Snapshot pending = rig.describeSnapshot(id);
    rig.clock.advance(Duration.ofMinutes(1));
    rig.blocks.holdTasks(false);
    rig.settle();
    Snapshot completed = rig.describeSnapshot(id);

    assertThat(id).matches("snap-0[0-9a-f]{16}");
    assertThat(answer.state()).isEqualTo(SnapshotState.PENDING);
    assertThat(answer.progress()).isEmpty();
    assertThat(answer.volumeSize()).isEqualTo(3);
    assertThat(answer.ownerId()).isEqualTo(EbsRig.ACCOUNT);
    assertThat(answer.tags()).containsExactly(new Tag("Name", "n1"));
    assertThat(pending.state()).isEqualTo(SnapshotState.PENDING);
    assertThat(pending.progress()).isEqualTo("37%");
    assertThat(pending.completionTime()).isNull();
    assertThat(completed.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(completed.progress()).isEqualTo("100%");
    assertThat(completed.description()).isEqualTo("nightly");
    assertThat(completed.completionTime()).isEqualTo(rig.clock.instant());
    assertThat(completed.fullSnapshotSizeInBytes()).isEqualTo(524_288);
    assertThat(completed.encrypted()).isFalse();
    assertThat(completed.dataEncryptionKeyId()).isNull();
  }

  @Test
  void hasTheBlocksOfTheMomentOfTheCall() {
    String volume = rig.volume(_ -> {});
    rig.attach(volume);
    rig.blocks.write(volume, "before");
    rig.blocks.holdTasks(true);
    String id = Objects.requireNonNull(create(volume).snapshotId());
    rig.blocks.write(volume, "after");
    rig.blocks.holdTasks(false);
    rig.settle();

    assertThat(Objects.requireNonNull(rig.blocks.snapshotStored(id)).word()).isEqualTo("before");
  }

  @Test
  void isEncryptedLikeItsVolumeAndAsksForNoKey() {
    String arn = rig.key();
    String volume = rig.encryptedVolume(arn);
    rig.kms.setState(arn, KeyState.DISABLED);
    rig.kms.forgetCalls();

    Snapshot snapshot = rig.describeSnapshot(rig.snapshot(volume));

    assertThat(snapshot.encrypted()).isTrue();
    assertThat(snapshot.kmsKeyId()).isEqualTo(arn);
    assertThat(rig.kms.calls()).isEmpty();
  }

  @Test
  void namesTheDataKeyThatALineageShares() {
    String volume = rig.encryptedVolume(rig.key());
    String first = rig.snapshot(volume);
    String restored = rig.volume(asks -> asks.snapshotId(first));
    String second = rig.snapshot(restored);
    String other = rig.copy(first, asks -> asks.encrypted(true).kmsKeyId(rig.key()));

    String dataKey = rig.describeSnapshot(first).dataEncryptionKeyId();
    assertThat(dataKey).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(rig.describeSnapshot(second).dataEncryptionKeyId()).isEqualTo(dataKey);
    assertThat(rig.describeSnapshot(other).dataEncryptionKeyId()).isNotEqualTo(dataKey);
  }

  @Test
  void comesEveryFifteenSecondsAtMost() {
    String volume = rig.volume(_ -> {});
    create(volume);
    rig.clock.advance(Duration.ofSeconds(14));

    assertThat(refused(() -> create(volume)).code())
        .isEqualTo("SnapshotCreationPerVolumeRateExceeded");
    rig.clock.advance(Duration.ofSeconds(1));
    create(volume);
  }

  @Test
  void isOneOfFivePendingAtMost() {
    String volume = rig.volume(_ -> {});
    rig.blocks.holdTasks(true);
    for (int i = 0; i < 5; i++) {
      create(volume);
      rig.clock.advance(Duration.ofSeconds(15));
    }

    assertThat(refused(() -> create(volume)).code()).isEqualTo("ConcurrentSnapshotLimitExceeded");
    rig.blocks.holdTasks(false);
    rig.settle();
    create(volume);
  }

  @Test
  void isAloneForAColdVolume() {
    String volume = rig.volume(asks -> asks.volumeType(VolumeType.SC1).size(125));
    rig.blocks.holdTasks(true);
    create(volume);
    rig.clock.advance(Duration.ofSeconds(15));

    assertThat(refused(() -> create(volume)).code()).isEqualTo("ConcurrentSnapshotLimitExceeded");
    rig.blocks.holdTasks(false);
  }

  @Test
  void endsInErrorIfItsBlocksCannotBeMoved() {
    String volume = rig.volume(_ -> {});
    rig.blocks.holdTasks(true);
    String id = Objects.requireNonNull(create(volume).snapshotId());
    rig.blocks.fail(new IOException("disk is full"));
    rig.blocks.holdTasks(false);
    rig.settle();

    assertThat(rig.describeSnapshot(id).state()).isEqualTo(SnapshotState.ERROR);
    assertThat(rig.describeSnapshot(id).stateMessage()).isNotEmpty();
    SnapshotExplanation why = rig.ebs.explainSnapshot(EbsRig.name(id)).orElseThrow();
    assertThat(Objects.requireNonNull(why.lastFailure()).reason()).isEqualTo("disk is full");
  }

  @Test
  void tellsItsProgressInBytes() {
    String volume = rig.volume(_ -> {});
    rig.blocks.holdTasks(true);
    String id = Objects.requireNonNull(create(volume).snapshotId());

    SnapshotExplanation running = rig.ebs.explainSnapshot(EbsRig.name(id)).orElseThrow();
    assertThat(running.doneBytes()).isEqualTo(37);
    assertThat(running.totalBytes()).isEqualTo(100);
    assertThat(running.started()).isEqualTo(rig.clock.instant());
    rig.blocks.holdTasks(false);
  }

  @Test
  void canBeDeletedAtAnyTime() {
    String volume = rig.volume(_ -> {});
    String completed = rig.snapshot(volume);
    rig.clock.advance(Duration.ofSeconds(15));
    rig.blocks.holdTasks(true);
    String pending = Objects.requireNonNull(create(volume).snapshotId());

    for (String id : List.of(completed, pending)) {
      rig.ebs.deleteSnapshot(ALICE, DeleteSnapshotRequest.builder().snapshotId(id).build());
      assertThat(refused(() -> rig.describeSnapshot(id)))
          .hasMessage("The snapshot '" + id + "' does not exist.");
    }
    rig.settle();
    assertThat(rig.blocks.snapshotStored(completed)).isNull();
    assertThat(rig.blocks.snapshotStored(pending)).isNull();
    assertThat(rig.store.scan("ebs/snapshot-deletion/", null, 10)).isEmpty();
    assertThat(rig.ebs.explainSnapshot(EbsRig.name(pending))).isEmpty();
  }

  @Test
  void isListedByFiltersAndOwners() {
    String volume = rig.volume(asks -> asks.size(2));
    String plain = rig.snapshot(volume);
    String sealed = rig.snapshot(rig.encryptedVolume(rig.key()));

    assertThat(listed(_ -> {})).containsExactly(plain, sealed);
    assertThat(listed(asks -> asks.ownerIds(List.of("self")))).containsExactly(plain, sealed);
    assertThat(listed(asks -> asks.ownerIds(List.of(EbsRig.ACCOUNT)))).hasSize(2);
    assertThat(listed(asks -> asks.ownerIds(List.of("amazon")))).isEmpty();
    assertThat(listed(asks -> asks.restorableByUserIds(List.of("self")))).hasSize(2);
    assertThat(listed(asks -> asks.restorableByUserIds(List.of("all")))).isEmpty();
    assertThat(refused(() -> listed(asks -> asks.ownerIds(List.of("me")))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(filtered("encrypted", "true")).containsExactly(sealed);
    assertThat(filtered("volume-id", volume)).containsExactly(plain);
    assertThat(filtered("volume-size", "2")).containsExactly(plain);
    assertThat(filtered("status", "completed")).containsExactly(plain, sealed);
    assertThat(filtered("progress", "100%")).containsExactly(plain, sealed);
    assertThat(filtered("owner-id", EbsRig.ACCOUNT)).containsExactly(plain, sealed);
    assertThat(filtered("start-time", "2026-01-02T03:04:2*")).containsExactly(plain);
    assertThat(filtered("storage-tier", "archive")).isEmpty();
    assertThat(refused(() -> filtered("kms-key-id", "*")).code())
        .isEqualTo("InvalidParameterValue");
  }

  private List<String> filtered(String name, String value) {
    return listed(asks -> asks.filters(List.of(new Filter(name, List.of(value)))));
  }

  @Test
  void costsNothingIfItFails() {
    String volume = rig.volume(_ -> {});
    for (Exception failure :
        List.of(new IOException("disk is gone"), new IllegalStateException("not foreseen"))) {
      rig.blocks.fail(failure);

      AwsException refusal = refused(() -> create(volume));

      assertThat(refusal.code()).isEqualTo("InternalError");
      assertThat(rig.store.scan("ebs/snapshot/", null, 10)).isEmpty();
    }
    rig.blocks.fail(null);

    assertThat(create(volume).state()).isEqualTo(SnapshotState.PENDING);
    assertThat(refused(() -> create(volume)).code())
        .isEqualTo("SnapshotCreationPerVolumeRateExceeded");
    rig.settle();
  }
}
