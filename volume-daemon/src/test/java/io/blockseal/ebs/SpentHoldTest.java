package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ACCOUNT;
import static io.blockseal.ebs.EbsRig.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.fault.Call;
import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.meta.InMemoryMetadataStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds of snapshots that nobody takes blocks from any more.
final class SpentHoldTest {
  @TempDir Path root;

  /// The daemon ends (or the metadata fails) between the last chunk of a hydration and the release
  /// of the snapshot. The next start has to notice that nothing is taken from it any more.
  @Test
  void aStartReleasesTheSnapshotOfAVolumeThatHasEverything() throws Exception {
    FakeKms kms = new FakeKms();
    String key = kms.createKey(ACCOUNT, REGION);
    FaultyMetadataStore store = new FaultyMetadataStore(new InMemoryMetadataStore());
    try (LocalEbsRig rig = new LocalEbsRig(root, store, kms.api(), new MovableClock())) {
      String volume = rig.volume(LocalEbsRig.sealed(key, "AES_256_XTS"));
      String source = rig.snapshot(volume);
      String made = rig.volume(asks -> asks.snapshotId(source));
      AtomicBoolean hit = new AtomicBoolean();
      store
          .faults()
          .arm(
              Fault.ENOSPC,
              1,
              FaultPlan.Span.ONWARDS,
              call ->
                  call.is("commit")
                      && Thread.currentThread().getName().startsWith("hydration of")
                      && Call.comesFrom("SnapshotUses", null)
                      && hit.compareAndSet(false, true));
      rig.attach(made);
      LocalEbsRig.await(hit::get);
      rig.detach(made);
      assertThat(rig.explained(made).hydratedPercent()).isEqualTo(100);
      rig.ebs.deleteSnapshot(
          rig.caller, DeleteSnapshotRequest.builder().snapshotId(source).build());
      rig.settle();
      rig.close();

      rig.start();
      rig.settle();
      Thread.sleep(500);

      assertThat(Files.exists(root.resolve("snapshots").resolve("manifests").resolve(source)))
          .as("the deleted snapshot takes space, though the volume has every block")
          .isFalse();
    }
  }
}
