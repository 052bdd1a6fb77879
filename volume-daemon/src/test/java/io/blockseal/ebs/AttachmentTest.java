package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.EbsRig.HOST;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.AttachVolumeRequest;
import io.blockseal.aws.ec2.DeleteVolumeRequest;
import io.blockseal.aws.ec2.DetachVolumeRequest;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeAttachment;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.kms.KMSInternalException;
import io.blockseal.aws.kms.KeyState;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttachmentTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private VolumeAttachment attach(String id, String instance, String device) {
    return rig.ebs.attachVolume(
        ALICE,
        AttachVolumeRequest.builder().volumeId(id).instanceId(instance).device(device).build());
  }

  private VolumeAttachment attachment(String id) {
    return rig.describe(id).attachmentsOrEmpty().getFirst();
  }

  @Test
  void isAttachingAndThenAttached() {
    String id = rig.encryptedVolume(rig.key());
    rig.kms.forgetCalls();

    VolumeAttachment answer = attach(id, HOST, "/dev/sdf");
    rig.settle();

    assertThat(answer.state()).isEqualTo(VolumeAttachmentState.ATTACHING);
    assertThat(answer.volumeId()).isEqualTo(id);
    assertThat(answer.instanceId()).isEqualTo(HOST);
    assertThat(answer.device()).isEqualTo("/dev/sdf");
    assertThat(answer.attachTime()).isEqualTo(rig.clock.instant());
    Volume seen = rig.describe(id);
    assertThat(seen.state()).isEqualTo(VolumeState.IN_USE);
    assertThat(attachment(id).state()).isEqualTo(VolumeAttachmentState.ATTACHED);
    assertThat(attachment(id).deleteOnTermination()).isFalse();
    assertThat(rig.blocks.isAttached(id)).isTrue();
    assertThat(rig.kms.operations()).containsExactly("CreateGrant", "Decrypt");
    assertThat(rig.kms.calls())
        .allSatisfy(call -> assertThat(call.context()).isEqualTo(Map.of("aws:ebs:id", id)));
    assertThat(rig.kms.calls().getFirst().caller().principalArn()).isEqualTo(ALICE.principalArn());
    assertThat(rig.kms.calls().getLast().caller().principalArn())
        .isEqualTo("arn:aws:sts::123456789012:assumed-role/aws:ec2-infrastructure/" + HOST);
    assertThat(rig.kms.grants()).isOne();
    assertThat(rig.ebs.explainVolume(EbsRig.name(id)).orElseThrow().exportPath())
        .isEqualTo("/mnt/" + id);
  }

  @Test
  void showsWhatTheVolumeIsBesideItsExport() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);
    rig.attach(id);

    assertThat(rig.blocks.attributes(id))
        .containsEntry("volume-id", id)
        .containsEntry("device", "/dev/sdf")
        .containsEntry("cipher", "AES_256_XTS")
        .containsEntry("kms-key-arn", arn);
  }

  @Test
  void asksNoKeyForAnUnencryptedVolume() {
    String id = rig.volume(_ -> {});
    rig.attach(id);

    assertThat(rig.kms.calls()).isEmpty();
    assertThat(rig.blocks.isAttached(id)).isTrue();
  }

  @Test
  void isRefusedAtOnceIfTheKeyIsDisabled() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);
    rig.kms.setState(arn, KeyState.DISABLED);

    AwsException refusal = refused(() -> attach(id, HOST, "/dev/sdf"));

    assertThat(refusal.code()).isEqualTo("CustomerKeyHasBeenRevoked");
    assertThat(refusal.httpStatus()).isEqualTo(400);
    assertThat(refusal)
        .hasMessage(
            "Volume "
                + id
                + " cannot be attached. The encrypted volume was unable to access the KMS key.");
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    FailedAttempt why =
        rig.ebs.explainVolume(EbsRig.name(id)).map(VolumeExplanation::lastFailure).orElseThrow();
    assertThat(Objects.requireNonNull(why.kms()).keyState()).isEqualTo("Disabled");
    assertThat(why.reason())
        .isEqualTo(
            "KMS refused CreateGrant with key %s: DisabledException: %s is disabled. (key state Disabled)"
                .formatted(arn, arn));
  }

  @Test
  void isRefusedIfTheKeyIsPendingDeletionOrGone() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);

    rig.kms.setState(arn, KeyState.PENDING_DELETION);
    assertThat(refused(() -> attach(id, HOST, "/dev/sdf")).code())
        .isEqualTo("CustomerKeyHasBeenRevoked");
    rig.kms.destroy(arn);
    assertThat(refused(() -> attach(id, HOST, "/dev/sdf")).code())
        .isEqualTo("CustomerKeyHasBeenRevoked");
  }

  @Test
  void worksAgainOnceTheKeyIsEnabled() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);
    rig.kms.setState(arn, KeyState.DISABLED);
    refused(() -> attach(id, HOST, "/dev/sdf"));
    rig.kms.setState(arn, KeyState.ENABLED);

    rig.attach(id);

    assertThat(rig.blocks.isAttached(id)).isTrue();
  }

  @Test
  void goesOnWhenTheKeyIsDisabledUntilItIsDetached() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);
    rig.attach(id);
    rig.kms.setState(arn, KeyState.DISABLED);

    rig.blocks.write(id, "still here");
    assertThat(attachment(id).state()).isEqualTo(VolumeAttachmentState.ATTACHED);

    rig.detach(id);
    rig.settle();
    assertThat(refused(() -> attach(id, HOST, "/dev/sdf")).code())
        .isEqualTo("CustomerKeyHasBeenRevoked");
  }

  @Test
  void blamesTheServiceIfTheKmsItselfFails() {
    String id = rig.encryptedVolume(rig.key());
    rig.kms.fail(2, new KMSInternalException("out of order"));

    AwsException refusal = refused(() -> attach(id, HOST, "/dev/sdf"));

    assertThat(refusal.code()).isEqualTo("InternalError");
    assertThat(refusal.httpStatus()).isEqualTo(500);
  }

  @Test
  void becomesAvailableAgainIfItCannotBeOpened() {
    String id = rig.volume(_ -> {});
    rig.blocks.fail(new IOException("header is damaged"));

    rig.attach(id);

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    FailedAttempt why =
        rig.ebs.explainVolume(EbsRig.name(id)).map(VolumeExplanation::lastFailure).orElseThrow();
    assertThat(why.reason()).isEqualTo("header is damaged");
  }

  @Test
  void needsTheInstanceOfThisHostInTheSameZone() {
    String id = rig.volume(_ -> {});
    String elsewhere = rig.volume(asks -> asks.availabilityZone("us-east-1b"));

    assertThat(refused(() -> attach(id, "i-00000000000000001", "/dev/sdf")).code())
        .isEqualTo("InvalidInstanceID.NotFound");
    assertThat(refused(() -> attach(id, "host", "/dev/sdf")).code())
        .isEqualTo("InvalidInstanceID.Malformed");
    AwsException mismatch = refused(() -> attach(elsewhere, HOST, "/dev/sdf"));
    assertThat(mismatch.code()).isEqualTo("InvalidVolume.ZoneMismatch");
    assertThat(mismatch)
        .hasMessage(
            "The volume '%s' is not in the same availability zone as instance '%s'"
                .formatted(elsewhere, HOST));
  }

  @Test
  void needsAFreeAndValidDeviceName() {
    String one = rig.volume(_ -> {});
    String two = rig.volume(_ -> {});
    rig.attach(one, "/dev/sdf");

    assertThat(refused(() -> attach(two, HOST, "/dev/xvdf")))
        .hasMessageContaining("/dev/xvdf is already in use");
    assertThat(refused(() -> attach(two, HOST, "/dev/nope")).code())
        .isEqualTo("InvalidParameterValue");
    rig.attach(two, "/dev/sdg");
    assertThat(rig.blocks.isAttached(two)).isTrue();
  }

  @Test
  void happensOnceOnly() {
    String id = rig.volume(_ -> {});
    rig.attach(id);

    AwsException refusal = refused(() -> attach(id, HOST, "/dev/sdg"));
    assertThat(refusal.code()).isEqualTo("VolumeInUse");
    assertThat(refusal).hasMessage(id + " is already attached to an instance");
  }

  @Test
  void endsWithDetaching() {
    String id = rig.volume(_ -> {});
    rig.attach(id);

    VolumeAttachment answer =
        rig.ebs.detachVolume(
            ALICE,
            DetachVolumeRequest.builder().volumeId(id).instanceId(HOST).device("/dev/sdf").build());
    rig.settle();

    assertThat(answer.state()).isEqualTo(VolumeAttachmentState.DETACHING);
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.describe(id).attachments()).isEmpty();
    assertThat(rig.blocks.isAttached(id)).isFalse();
  }

  @Test
  void givesItsGrantBackWhenItEnds() {
    String detached = rig.encryptedVolume(rig.key());
    rig.attach(detached);
    rig.detach(detached);
    rig.settle();
    assertThat(rig.kms.operations()).endsWith("RetireGrant");

    String broken = rig.encryptedVolume(rig.key());
    rig.blocks.fail(new IOException("header is damaged"));
    rig.attach(broken);
    assertThat(rig.kms.grants()).isZero();
  }

  @Test
  void outlivesItsGrant() {
    String id = rig.encryptedVolume(rig.key());
    rig.attach(id);
    rig.kms.revokeGrants();
    rig.blocks.write(id, "goes on");

    rig.detach(id);
    rig.settle();
    rig.attach(id);
    assertThat(rig.blocks.isAttached(id)).isTrue();
  }

  @Test
  void staysDetachingWhileSomethingHasItOpen() {
    String id = rig.volume(_ -> {});
    rig.attach(id);
    rig.blocks.setBusy(id, true);

    rig.detach(id);
    assertThat(attachment(id).state()).isEqualTo(VolumeAttachmentState.DETACHING);
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.IN_USE);
    assertThat(rig.blocks.isAttached(id)).isTrue();

    rig.blocks.setBusy(id, false);
    rig.settle();
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void canBeEndedByForce() {
    String id = rig.volume(_ -> {});
    rig.attach(id);
    rig.blocks.setBusy(id, true);
    rig.detach(id);

    rig.ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).force(true).build());
    rig.settle();

    assertThat(rig.blocks.isAttached(id)).isFalse();
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void isNotEndedByWhoeverMeansAnother() {
    String id = rig.volume(_ -> {});
    AwsException free = refused(() -> rig.detach(id));
    assertThat(free.code()).isEqualTo("IncorrectState");
    assertThat(free).hasMessage("Volume '" + id + "' is in the 'available' state.");

    rig.attach(id);
    assertThat(
            refused(
                    () ->
                        rig.ebs.detachVolume(
                            ALICE,
                            DetachVolumeRequest.builder().volumeId(id).device("/dev/sdz").build()))
                .code())
        .isEqualTo("InvalidAttachment.NotFound");
  }

  @Test
  void keepsTheVolumeFromBeingDeleted() {
    String id = rig.volume(_ -> {});
    rig.attach(id);
    DeleteVolumeRequest request = DeleteVolumeRequest.builder().volumeId(id).build();

    AwsException refusal = refused(() -> rig.ebs.deleteVolume(ALICE, request));
    assertThat(refusal.code()).isEqualTo("VolumeInUse");
    assertThat(refusal).hasMessage("Volume %s is currently attached to %s".formatted(id, HOST));

    rig.detach(id);
    rig.settle();
    rig.ebs.deleteVolume(ALICE, request);
    rig.settle();
    assertThat(refused(() -> rig.describe(id)).code()).isEqualTo("InvalidVolume.NotFound");
    assertThat(rig.blocks.volume(id)).isNull();
  }

  @Test
  void becomesAvailableAgainWhateverGoesWrong() {
    String id = rig.encryptedVolume(rig.key());
    rig.blocks.fail(new IllegalStateException("not foreseen"));

    rig.attach(id);

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.kms.grants()).isZero();
    assertThat(Objects.requireNonNull(explained(id).lastFailure()).reason())
        .isEqualTo("not foreseen");
  }

  @Test
  void endsAsSoonAsTheMetadataTakesItIfItCouldNotBeRecorded() {
    String id = rig.encryptedVolume(rig.key());
    synchronized (rig.blocks) {
      attach(id, HOST, "/dev/sdf");
      rig.disk.fill();
    }
    LocalEbsRig.await(() -> rig.disk.faults().hits() > 1);
    assertThat(rig.blocks.isAttached(id)).isFalse();
    assertThat(attachment(id).state()).isEqualTo(VolumeAttachmentState.ATTACHING);

    rig.disk.faults().disarm();
    rig.settle();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.blocks.isAttached(id)).isFalse();
    assertThat(rig.kms.grants()).isZero();
    assertThat(Objects.requireNonNull(explained(id).lastFailure()).reason())
        .contains("No space left on device");
  }

  @Test
  void canBeEndedByForceBeforeItHasBegun() {
    String id = rig.volume(_ -> {});
    synchronized (rig.blocks) {
      attach(id, HOST, "/dev/sdf");
      assertThat(refused(() -> rig.detach(id)).code()).isEqualTo("IncorrectState");
      rig.ebs.detachVolume(ALICE, DetachVolumeRequest.builder().volumeId(id).force(true).build());
      assertThat(attachment(id).state()).isEqualTo(VolumeAttachmentState.DETACHING);
    }
    rig.settle();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(rig.blocks.isAttached(id)).isFalse();
  }

  @Test
  void leavesNoPlaintextOfItsKeyOnTheHeap() {
    rig.attach(rig.encryptedVolume(rig.key()));

    assertThat(rig.kms.answered())
        .hasSize(2)
        .allSatisfy(plaintext -> assertThat(plaintext.toByteArray()).hasSize(64).containsOnly(0));
  }

  @Test
  void clearsAnEarlierRefusal() {
    String arn = rig.key();
    String id = rig.encryptedVolume(arn);
    rig.kms.setState(arn, KeyState.DISABLED);
    refused(() -> attach(id, HOST, "/dev/sdf"));
    assertThat(explained(id).lastFailure()).isNotNull();
    rig.kms.setState(arn, KeyState.ENABLED);

    rig.attach(id);

    assertThat(explained(id).lastFailure()).isNull();
  }

  private VolumeExplanation explained(String id) {
    return rig.ebs.explainVolume(EbsRig.name(id)).orElseThrow();
  }
}
