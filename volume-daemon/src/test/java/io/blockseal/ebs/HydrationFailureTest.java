package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ACCOUNT;
import static io.blockseal.ebs.EbsRig.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.meta.InMemoryMetadataStore;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HydrationFailureTest {
  @TempDir Path root;

  /// A chunk cannot be read for a while: the volume says so, gets the others, and later this one.
  @Test
  void isToldAndTriedAgain() throws Exception {
    FakeKms kms = new FakeKms();
    String key = kms.createKey(ACCOUNT, REGION);
    AtomicReference<FaultyChunkStore> chunks = new AtomicReference<>();
    try (LocalEbsRig rig =
        new LocalEbsRig(
            root,
            new InMemoryMetadataStore(),
            kms.api(),
            new MovableClock(),
            one -> {
              FaultyChunkStore made = new FaultyChunkStore(one);
              chunks.set(made);
              return made;
            })) {
      String volume = rig.volume(LocalEbsRig.sealed(key, "AES_256_XTS"));
      rig.attach(volume);
      rig.write(volume, 0, "one");
      rig.write(volume, LocalEbsRig.MIB, "two");
      String source = rig.snapshot(volume);
      rig.detach(volume);
      String made = rig.volume(asks -> asks.snapshotId(source));
      FaultyChunkStore store = Objects.requireNonNull(chunks.get());
      store
          .faults()
          .arm(
              Fault.EIO,
              1,
              FaultPlan.Span.ONCE,
              call ->
                  call.is("get") && Thread.currentThread().getName().startsWith("hydration of"));
      rig.attach(made);
      LocalEbsRig.await(() -> rig.explained(made).hydrationFailure() != null);
      assertThat(rig.explained(made).hydratedPercent()).isLessThan(100);
      LocalEbsRig.await(() -> rig.explained(made).hydratedPercent() == 100);
      LocalEbsRig.await(() -> rig.explained(made).hydrationFailure() == null);
      assertThat(rig.read(made, 0, 3) + rig.read(made, LocalEbsRig.MIB, 3)).isEqualTo("onetwo");
    }
  }
}
