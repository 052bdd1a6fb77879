package io.blockseal.ebs;

import static io.blockseal.ebs.LocalEbsRig.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan.Span;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A chunk store that does not answer holds up whoever needs its chunks, and nobody else.
@Timeout(120)
final class HungStoreTest {
  @TempDir private Path directory;

  private FaultedControlPlane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new FaultedControlPlane(directory.resolve("daemon"));
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  @Test
  void everythingElseGoesOnWhileAVolumeHangs() throws Exception {
    LocalEbsRig rig = plane.rig();
    String key = plane.key();
    String well = rig.volume(sealed(key, "AES_256_XTS"));
    rig.attach(well);
    rig.write(well, 0, "before");
    String snapshot = rig.snapshot(well);
    String hung = rig.volume(asks -> asks.snapshotId(snapshot));
    plane.plan().arm(Fault.HANG, 1, Span.ONWARDS, call -> call.store().equals("chunks"));
    rig.attach(hung);
    plane.plan().awaitHanging();
    CompletableFuture<String> reader =
        CompletableFuture.supplyAsync(
            () -> rig.read(hung, 0, 6), task -> Thread.ofVirtual().start(task));

    assertThat(rig.describe(hung).state()).isEqualTo(VolumeState.IN_USE);
    assertThat(plane.key()).startsWith("arn:aws:kms:");
    rig.write(well, 0, "during");
    assertThat(rig.read(well, 0, 6)).isEqualTo("during");
    String third = rig.volume(asks -> asks.size(1));
    rig.attach(third);
    rig.detach(third);
    rig.ebs.detachVolume(rig.caller, DetachVolumeRequest.builder().volumeId(hung).build());
    assertThat(rig.describe(hung).attachmentsOrEmpty())
        .allMatch(attachment -> attachment.state() == VolumeAttachmentState.DETACHING);
    assertThat(plane.plan().hanging()).isTrue();

    plane.plan().disarm();
    // It was answered, or told that the volume is closed.
    assertThat(reader.handle((text, _) -> text == null || text.equals("before")).get()).isTrue();
    rig.settle();
    assertThat(rig.describe(hung).state()).isEqualTo(VolumeState.AVAILABLE);
    rig.attach(hung);
    assertThat(rig.read(hung, 0, 6)).isEqualTo("before");
  }
}
