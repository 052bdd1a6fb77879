package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.Tag;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.aws.ec2.VolumeType;
import io.blockseal.aws.kms.KMSInternalException;
import io.blockseal.aws.kms.KeyState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolumeCreationTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void answersAtOnceWithWhatWasAskedAndIsAvailableSoon() {
    Volume answer = rig.create(asks -> asks.volumeType(VolumeType.GP3));

    assertThat(answer.volumeId()).matches("vol-0[0-9a-f]{16}");
    assertThat(answer.state()).isEqualTo(VolumeState.CREATING);
    assertThat(answer.createTime()).isEqualTo(rig.clock.instant());
    assertThat(answer.snapshotId()).isEmpty();
    assertThat(answer.tags()).isEmpty();
    assertThat(answer.attachments()).isNull();
    assertThat(answer.encrypted()).isFalse();
    assertThat(answer.iops()).isEqualTo(3_000);
    assertThat(answer.throughput()).isEqualTo(125);
    assertThat(answer.availabilityZoneId()).isEqualTo("use1-az1");

    rig.settle();
    Volume made = rig.describe(Objects.requireNonNull(answer.volumeId()));
    assertThat(made.state()).isEqualTo(VolumeState.AVAILABLE);
    assertThat(made.attachments()).isEmpty();
    assertThat(made.tags()).isNull();
    assertThat(made.kmsKeyId()).isNull();
  }

  @Test
  void echoesTheKeyAsTypedAndShowsItsArnLater() {
    String arn = rig.key();
    String typed = arn.substring(arn.indexOf('/') + 1);

    Volume answer = rig.create(asks -> asks.encrypted(true).kmsKeyId(typed));
    rig.settle();

    assertThat(answer.kmsKeyId()).isEqualTo(typed);
    assertThat(rig.describe(Objects.requireNonNull(answer.volumeId())).kmsKeyId()).isEqualTo(arn);
  }

  @Test
  void doesNotEchoTheDefaultKey() {
    assertThat(rig.create(asks -> asks.encrypted(true)).kmsKeyId()).isNull();
  }

  @Test
  void resolvesAnAliasOnce() {
    String first = rig.key();
    rig.kms.alias(EbsRig.ACCOUNT, EbsRig.REGION, "alias/disk", first);
    String id = rig.volume(asks -> asks.encrypted(true).kmsKeyId("alias/disk"));
    rig.kms.alias(EbsRig.ACCOUNT, EbsRig.REGION, "alias/disk", rig.key());

    assertThat(rig.describe(id).kmsKeyId()).isEqualTo(first);
  }

  @Test
  void asksKmsInTheNameOfTheCallerThroughEc2WithTheVolumeAsContext() {
    String id = rig.encryptedVolume(rig.key());

    assertThat(rig.kms.operations()).containsExactly("GenerateDataKeyWithoutPlaintext", "Decrypt");
    assertThat(rig.kms.calls())
        .allSatisfy(
            call -> {
              assertThat(call.caller().principalArn()).isEqualTo(ALICE.principalArn());
              assertThat(call.caller().viaService()).isEqualTo("ec2.us-east-1.amazonaws.com");
              assertThat(call.context()).isEqualTo(Map.of("aws:ebs:id", id));
            });
  }

  @Test
  void asksAboutTheAwsManagedKeyFirstSoThatItExists() {
    rig.volume(asks -> asks.encrypted(true));

    assertThat(rig.kms.operations())
        .containsExactly("DescribeKey", "GenerateDataKeyWithoutPlaintext", "Decrypt");
  }

  @Test
  void vanishesIfItsKeyIsRefusedAndKnowsWhy() {
    String arn = rig.key();
    rig.kms.setState(arn, KeyState.DISABLED);

    Volume answer = rig.create(asks -> asks.encrypted(true).kmsKeyId(arn));
    rig.settle();

    String id = Objects.requireNonNull(answer.volumeId());
    assertThat(answer.state()).isEqualTo(VolumeState.CREATING);
    AwsException gone = refused(() -> rig.describe(id));
    assertThat(gone.code()).isEqualTo("InvalidVolume.NotFound");
    assertThat(gone).hasMessage("The volume '" + id + "' does not exist.");
    VolumeExplanation why = rig.ebs.explainVolume(EbsRig.name(id)).orElseThrow();
    assertThat(why.state()).isNull();
    FailedAttempt failure = Objects.requireNonNull(why.lastFailure());
    assertThat(failure.action()).isEqualTo("CreateVolume");
    assertThat(failure.when()).isEqualTo(rig.clock.instant());
    KeyRefusal kms = Objects.requireNonNull(failure.kms());
    assertThat(kms.kmsOperation()).isEqualTo("GenerateDataKeyWithoutPlaintext");
    assertThat(kms.code()).isEqualTo("DisabledException");
    assertThat(kms.message()).isEqualTo(arn + " is disabled.");
    assertThat(kms.keyState()).isEqualTo("Disabled");
  }

  @Test
  void vanishesIfItsKeyIsUnknown() {
    Volume answer = rig.create(asks -> asks.encrypted(true).kmsKeyId("alias/nowhere"));
    rig.settle();

    assertThat(refused(() -> rig.describe(Objects.requireNonNull(answer.volumeId()))).code())
        .isEqualTo("InvalidVolume.NotFound");
  }

  @Test
  void waitsForAKmsThatIsAwayForAMoment() {
    String arn = rig.key();
    rig.kms.fail(2, new KMSInternalException("out of order"));

    String id = rig.encryptedVolume(arn);

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void staysInErrorIfTheOperatorWantsThat() {
    try (EbsRig rigid = new EbsRig(EbsRig.configuration(EbsConfiguration.FailedCreation.ERROR))) {
      String id = rigid.volume(asks -> asks.encrypted(true).kmsKeyId("alias/nowhere"));

      assertThat(rigid.describe(id).state()).isEqualTo(VolumeState.ERROR);
    }
  }

  @Test
  void vanishesIfItsFileCannotBeMade() {
    rig.blocks.fail(new IOException("disk is full"));
    Volume answer = rig.create(_ -> {});
    rig.settle();

    String id = Objects.requireNonNull(answer.volumeId());
    assertThat(refused(() -> rig.describe(id)).code()).isEqualTo("InvalidVolume.NotFound");
    assertThat(rig.ebs.explainVolume(EbsRig.name(id)).orElseThrow().lastFailure())
        .extracting(failure -> Objects.requireNonNull(failure).reason())
        .isEqualTo("disk is full");
  }

  @Test
  void answersARepeatedRequestWithTheSameVolume() {
    Volume first = rig.create(asks -> asks.clientToken("once"));
    rig.settle();
    Volume second = rig.create(asks -> asks.clientToken("once"));

    assertThat(second.volumeId()).isEqualTo(first.volumeId());
    assertThat(second.state()).isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void refusesATokenWithOtherParameters() {
    rig.create(asks -> asks.clientToken("once"));

    assertThat(refused(() -> rig.create(asks -> asks.clientToken("once").size(2))).code())
        .isEqualTo("IdempotentParameterMismatch");
  }

  @Test
  void burnsTheTokenOfAVolumeThatVanishedForTwelveHours() {
    CreateVolumeRequest request =
        CreateVolumeRequest.builder()
            .availabilityZone("us-east-1a")
            .size(1)
            .encrypted(true)
            .kmsKeyId("alias/late")
            .clientToken("burnt")
            .build();
    rig.ebs.createVolume(ALICE, request);
    rig.settle();
    rig.kms.alias(EbsRig.ACCOUNT, EbsRig.REGION, "alias/late", rig.key());

    rig.clock.advance(Duration.ofHours(11));
    assertThat(refused(() -> rig.ebs.createVolume(ALICE, request)).code())
        .isEqualTo("IdempotentParameterMismatch");

    rig.clock.advance(Duration.ofHours(2));
    Volume late = rig.ebs.createVolume(ALICE, request);
    rig.settle();
    assertThat(rig.describe(Objects.requireNonNull(late.volumeId())).state())
        .isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void keepsTokensApartByAccountAndRegion() {
    Volume here = rig.create(asks -> asks.clientToken("once"));
    Volume there =
        rig.ebs.createVolume(
            ALICE.atRegion("eu-central-1"),
            CreateVolumeRequest.builder()
                .availabilityZone("eu-central-1b")
                .size(1)
                .clientToken("once")
                .build());

    assertThat(there.volumeId()).isNotEqualTo(here.volumeId());
  }

  @Test
  void needsASizeOrASnapshot() {
    AwsException refusal = refused(() -> rig.create(asks -> asks.size(null)));

    assertThat(refusal.code()).isEqualTo("MissingParameter");
    assertThat(refusal).hasMessage("The request must contain the parameter size/snapshot");
  }

  @Test
  void needsOneKnownZone() {
    assertThat(refused(() -> rig.create(asks -> asks.availabilityZone(null))).code())
        .isEqualTo("MissingParameter");
    assertThat(refused(() -> rig.create(asks -> asks.availabilityZone("us-east-1x"))).code())
        .isEqualTo("InvalidZone.NotFound");
    assertThat(refused(() -> rig.create(asks -> asks.availabilityZoneId("use1-az2"))).code())
        .isEqualTo("InvalidParameterCombination");
    Volume byId = rig.create(asks -> asks.availabilityZone(null).availabilityZoneId("use1-az2"));
    assertThat(byId.availabilityZone()).isEqualTo("us-east-1b");
  }

  @Test
  void needsEncryptedWhereAKeyIsNamed() {
    AwsException refusal = refused(() -> rig.create(asks -> asks.kmsKeyId("alias/disk")));

    assertThat(refusal.code()).isEqualTo("InvalidParameterDependency");
    assertThat(refusal)
        .hasMessage("The parameter KmsKeyId requires the parameter Encrypted to be set.");
  }

  @Test
  void takesTheCipherFromItsTag() {
    String arn = rig.key();
    String id =
        rig.volume(
            asks ->
                asks.encrypted(true)
                    .kmsKeyId(arn)
                    .tagSpecifications(
                        EbsRig.tags(ResourceType.VOLUME, "blockseal:cipher", "AES_256_GCM")));

    assertThat(Objects.requireNonNull(rig.blocks.volume(id)).cipher())
        .isEqualTo(Cipher.AES_256_GCM);
    assertThat(rig.describe(id).tags()).containsExactly(new Tag("blockseal:cipher", "AES_256_GCM"));
    assertThat(rig.describe(rig.encryptedVolume(arn)).tags()).isNull();
  }

  @Test
  void refusesACipherThatIsUnknownOrWouldDoNothing() {
    assertThat(
            refused(
                    () ->
                        rig.create(
                            asks ->
                                asks.encrypted(true)
                                    .tagSpecifications(
                                        EbsRig.tags(
                                            ResourceType.VOLUME, "blockseal:cipher", "ROT13"))))
                .code())
        .isEqualTo("InvalidParameterValue");
    assertThat(
            refused(
                    () ->
                        rig.create(
                            asks ->
                                asks.tagSpecifications(
                                    EbsRig.tags(
                                        ResourceType.VOLUME, "blockseal:cipher", "AES_256_GCM"))))
                .code())
        .isEqualTo("InvalidParameterCombination");
  }

  @Test
  void sharesTheDataKeyOfItsSnapshotUnderTheSameKey() {
    String arn = rig.key();
    String original = rig.encryptedVolume(arn);
    rig.attach(original);
    rig.blocks.write(original, "hello");
    String snapshot = rig.snapshot(original);
    rig.kms.forgetCalls();

    String restored = rig.volume(asks -> asks.snapshotId(snapshot).size(2));

    FakeBlockPlane.Stored stored = Objects.requireNonNull(rig.blocks.volume(restored));
    FakeBlockPlane.Stored source = Objects.requireNonNull(rig.blocks.snapshotStored(snapshot));
    assertThat(stored.word()).isEqualTo("hello");
    assertThat(stored.keyMark()).isEqualTo(source.keyMark());
    assertThat(stored.lineageId()).isEqualTo(source.lineageId());
    assertThat(Objects.requireNonNull(stored.key()).encryptionContext())
        .isEqualTo(Map.of("aws:ebs:id", restored));
    assertThat(rig.kms.operations()).containsExactly("ReEncrypt", "Decrypt");
    assertThat(rig.describe(restored).snapshotId()).isEqualTo(snapshot);
  }

  @Test
  void getsADataKeyOfItsOwnUnderAnotherKeyOrCipher() {
    String snapshot = rig.snapshot(rig.encryptedVolume(rig.key()));
    String other = rig.key();

    String rekeyed = rig.volume(asks -> asks.snapshotId(snapshot).encrypted(true).kmsKeyId(other));
    String recoded =
        rig.volume(
            asks ->
                asks.snapshotId(snapshot)
                    .tagSpecifications(
                        EbsRig.tags(ResourceType.VOLUME, "blockseal:cipher", "AES_256_GCM")));

    FakeBlockPlane.Stored source = Objects.requireNonNull(rig.blocks.snapshotStored(snapshot));
    for (String id : List.of(rekeyed, recoded)) {
      FakeBlockPlane.Stored stored = Objects.requireNonNull(rig.blocks.volume(id));
      assertThat(stored.keyMark()).isNotEqualTo(source.keyMark());
      assertThat(stored.lineageId()).isNotEqualTo(source.lineageId());
    }
    assertThat(Objects.requireNonNull(rig.blocks.volume(recoded)).cipher())
        .isEqualTo(Cipher.AES_256_GCM);
  }

  @Test
  void isNeverSmallerThanItsSnapshot() {
    String snapshot = rig.snapshot(rig.volume(asks -> asks.size(3)));

    assertThat(refused(() -> rig.create(asks -> asks.snapshotId(snapshot).size(2))).code())
        .isEqualTo("InvalidParameterValue");
    assertThat(rig.create(asks -> asks.snapshotId(snapshot).size(null)).size()).isEqualTo(3);
  }

  @Test
  void needsASnapshotThatIsThereAndComplete() {
    assertThat(refused(() -> rig.create(asks -> asks.snapshotId("snap-00000000000000000"))).code())
        .isEqualTo("InvalidSnapshot.NotFound");
    assertThat(refused(() -> rig.create(asks -> asks.snapshotId("snapshot"))).code())
        .isEqualTo("InvalidSnapshotID.Malformed");
  }

  @Test
  void onlySaysThatItWouldSucceedInADryRun() {
    AwsException refusal = refused(() -> rig.create(asks -> asks.dryRun(true)));

    assertThat(refusal.code()).isEqualTo("DryRunOperation");
    assertThat(refusal.httpStatus()).isEqualTo(412);
    assertThat(rig.store.scan("ebs/volume/", null, 10)).isEmpty();
  }

  @Test
  void isNotServedInOtherRegions() {
    AwsException refusal =
        refused(
            () ->
                rig.ebs.createVolume(
                    ALICE.atRegion("mars-north-1"),
                    CreateVolumeRequest.builder().availabilityZone("mars-north-1a").build()));

    assertThat(refusal.code()).isEqualTo("OptInRequired");
    assertThat(refusal).hasMessageContaining("us-east-1, eu-central-1");
  }

  @Test
  void vanishesWhateverGoesWrong() {
    rig.blocks.fail(new IllegalStateException("not foreseen"));

    String id = Objects.requireNonNull(rig.create(_ -> {}).volumeId());
    rig.settle();

    assertThat(refused(() -> rig.describe(id)).code()).isEqualTo("InvalidVolume.NotFound");
    assertThat(rig.ebs.explainVolume(EbsRig.name(id)).map(VolumeExplanation::lastFailure))
        .hasValueSatisfying(why -> assertThat(why.action()).isEqualTo("CreateVolume"));
  }

  @Test
  void isMadeAsSoonAsTheMetadataTakesIt() {
    String id;
    synchronized (rig.blocks) {
      id = Objects.requireNonNull(rig.create(_ -> {}).volumeId());
      rig.disk.fill();
    }
    LocalEbsRig.await(() -> rig.disk.faults().hits() > 0);
    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.CREATING);

    rig.disk.faults().disarm();
    rig.settle();

    assertThat(rig.describe(id).state()).isEqualTo(VolumeState.AVAILABLE);
  }

  @Test
  void tellsHowFarItsEncryptingAnewIs() {
    String source = rig.snapshot(rig.encryptedVolume(rig.key()));
    String other = rig.key();
    rig.blocks.holdTasks(true);
    String id =
        Objects.requireNonNull(
            rig.create(asks -> asks.snapshotId(source).encrypted(true).kmsKeyId(other)).volumeId());

    LocalEbsRig.await(() -> explained(id).doneBytes() == 37 && explained(id).totalBytes() == 100);
    assertThat(explained(id).state()).isEqualTo("creating");
    rig.blocks.holdTasks(false);
    rig.settle();

    assertThat(explained(id).state()).isEqualTo("available");
    assertThat(explained(id).totalBytes()).isZero();
  }

  private VolumeExplanation explained(String id) {
    return rig.ebs.explainVolume(EbsRig.name(id)).orElseThrow();
  }
}
