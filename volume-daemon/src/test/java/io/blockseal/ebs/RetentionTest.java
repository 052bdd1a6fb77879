package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.ec2.DeleteVolumeRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void forgetsFailuresAfterThirtyDays() {
    rig.create(asks -> asks.encrypted(true).kmsKeyId("alias/nowhere"));
    rig.settle();
    rig.clock.advance(Duration.ofDays(29));
    rig.ebs.forgetOld();
    assertThat(rig.store.scan("ebs/failed-attempt/", null, 10)).hasSize(1);

    rig.clock.advance(Duration.ofDays(2));
    rig.ebs.forgetOld();

    assertThat(rig.store.scan("ebs/failed-attempt/", null, 10)).isEmpty();
  }

  @Test
  void forgetsTokensTwelveHoursAfterIfTheirVolumeIsGone() {
    String kept = rig.volume(asks -> asks.clientToken("kept"));
    String deleted = rig.volume(asks -> asks.clientToken("deleted"));
    rig.ebs.deleteVolume(ALICE, DeleteVolumeRequest.builder().volumeId(deleted).build());
    rig.settle();
    rig.clock.advance(Duration.ofHours(12));
    rig.ebs.forgetOld();
    assertThat(rig.store.scan("ebs/client-token/", null, 10)).hasSize(2);

    rig.clock.advance(Duration.ofSeconds(1));
    rig.ebs.forgetOld();

    assertThat(rig.store.scan("ebs/client-token/", null, 10)).hasSize(1);
    assertThat(rig.volume(asks -> asks.clientToken("kept"))).isEqualTo(kept);
  }

  @Test
  void looksAtTheStart() {
    rig.create(asks -> asks.encrypted(true).kmsKeyId("alias/nowhere"));
    rig.settle();
    rig.clock.advance(Duration.ofDays(31));

    rig.restart();

    assertThat(rig.store.scan("ebs/failed-attempt/", null, 10)).isEmpty();
  }
}
