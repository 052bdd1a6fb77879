package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ACCOUNT;
import static io.blockseal.ebs.EbsRig.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.fault.Call;
import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.meta.InMemoryMetadataStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Steps that are repeated or come late change nothing that happened meanwhile.
final class RepetitionTest {
  @TempDir Path root;

  private final FakeKms kms = new FakeKms();
  private final FaultyMetadataStore store = new FaultyMetadataStore(new InMemoryMetadataStore());
  private final AtomicReference<FaultyChunkStore> chunks = new AtomicReference<>();
  private final AtomicBoolean armed = new AtomicBoolean();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  private KmsApi gated() {
    KmsApi api = kms.api();
    return (KmsApi)
        Proxy.newProxyInstance(
            KmsApi.class.getClassLoader(),
            new Class<?>[] {KmsApi.class},
            (proxy, method, arguments) -> {
              if (armed.get() && method.getName().equals("generateDataKeyWithoutPlaintext")) {
                entered.countDown();
                go.await();
              }
              try {
                return method.invoke(api, arguments);
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNullElse(e.getCause(), e);
              }
            });
  }

  private LocalEbsRig rig() throws Exception {
    return new LocalEbsRig(
        root,
        store,
        gated(),
        new MovableClock(),
        one -> {
          FaultyChunkStore made = new FaultyChunkStore(one);
          chunks.set(made);
          return made;
        });
  }

  /// DeleteSnapshot of a copy whose data key is just being made, then a restart.
  @Test
  void leavesNothingOfACopyThatWasDeletedBeforeItBegan() throws Exception {
    String one = kms.createKey(ACCOUNT, REGION);
    String two = kms.createKey(ACCOUNT, REGION);
    LocalEbsRig rig = rig();
    String volume = rig.volume(LocalEbsRig.sealed(one, "AES_256_XTS"));
    rig.attach(volume);
    for (int i = 0; i < 20; i++) {
      rig.write(volume, i * LocalEbsRig.MIB, "chunk " + i);
    }
    String source = rig.snapshot(volume);
    rig.detach(volume);
    armed.set(true);
    String copy = rig.startCopy(source, two);
    entered.await();
    rig.ebs.deleteSnapshot(rig.caller, DeleteSnapshotRequest.builder().snapshotId(copy).build());
    LocalEbsRig.await(() -> store.scan("ebs/snapshot-deletion/", null, 1).isEmpty());
    FaultyChunkStore slow = Objects.requireNonNull(chunks.get());
    slow.blockTasksAfter(0);
    go.countDown();
    // It may be abandoned before it puts its first chunk.
    while (!slow.faults().hanging() && !rig.ebs.awaitIdle(Duration.ofMillis(1))) {
      Thread.onSpinWait();
    }
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    rig.close();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    Thread.sleep(500);
    slow.faults().disarm();
    closer.join();

    rig.start();
    rig.settle();
    rig.ebs.deleteSnapshot(rig.caller, DeleteSnapshotRequest.builder().snapshotId(source).build());
    rig.settle();
    Thread.sleep(500);

    Path snapshots = root.resolve("snapshots");
    boolean pending = snapshots.resolve("pending").resolve(copy).toFile().exists();
    boolean sourceThere = snapshots.resolve("manifests").resolve(source).toFile().exists();
    rig.close();
    assertThat(pending).as("pending/%s of a deleted copy", copy).isFalse();
    assertThat(sourceThere).as("the deleted source takes space").isFalse();
  }

  /// The metadata fails when the hold of a new volume is given up; meanwhile the volume, which is
  /// available, is attached.
  @Test
  void keepsAVolumeInUseThatWasAttachedWhileItsMakingWasRecordedAgain() throws Exception {
    String one = kms.createKey(ACCOUNT, REGION);
    String two = kms.createKey(ACCOUNT, REGION);
    LocalEbsRig rig = rig();
    String volume = rig.volume(LocalEbsRig.sealed(one, "AES_256_XTS"));
    String source = rig.snapshot(volume);
    AtomicInteger failed = new AtomicInteger();
    store
        .faults()
        .arm(
            Fault.ENOSPC,
            1,
            FaultPlan.Span.ONWARDS,
            call ->
                call.is("commit")
                    && Call.comesFrom("SnapshotUses", "release")
                    && failed.getAndIncrement() < 2);
    String made =
        Objects.requireNonNull(
            rig.ebs
                .createVolume(
                    rig.caller,
                    CreateVolumeRequest.builder()
                        .availabilityZone("us-east-1a")
                        .snapshotId(source)
                        .encrypted(true)
                        .kmsKeyId(two)
                        .build())
                .volumeId());
    LocalEbsRig.await(() -> rig.describe(made).state() == VolumeState.AVAILABLE);
    attach(rig, made, "/dev/sdf");
    LocalEbsRig.await(() -> rig.describe(made).state() == VolumeState.IN_USE);
    rig.settle();
    assertThat(failed.get()).isGreaterThan(1);
    rig.write(made, 0, "in use");
    VolumeState state = rig.describe(made).state();
    String again;
    try {
      attach(rig, made, "/dev/sdg");
      again = "was let in";
    } catch (RuntimeException e) {
      again = e.getMessage();
    }
    rig.settle();
    String after = rig.describe(made).state() + " " + rig.describe(made).attachmentsOrEmpty();
    String device;
    try {
      device = rig.read(made, 0, 6);
    } catch (RuntimeException e) {
      device = "gone: " + e;
    }
    rig.close();
    assertThat(state)
        .as("second attach %s; then %s; device %s", again, after, device)
        .isEqualTo(VolumeState.IN_USE);
  }

  private static void attach(LocalEbsRig rig, String id, String device) {
    rig.ebs.attachVolume(
        rig.caller,
        AttachVolumeRequest.builder().volumeId(id).instanceId(EbsRig.HOST).device(device).build());
  }
}
