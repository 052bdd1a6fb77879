package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DisableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.EnableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.GetEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.GetEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.ModifyEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.ResetEbsDefaultKmsKeyIdRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EncryptionSettingsTest {
  private final EbsRig rig = new EbsRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private @Nullable Boolean byDefault(Caller caller) {
    return rig.ebs
        .getEbsEncryptionByDefault(caller, GetEbsEncryptionByDefaultRequest.builder().build())
        .ebsEncryptionByDefault();
  }

  private @Nullable String defaultKey() {
    return rig.ebs
        .getEbsDefaultKmsKeyId(ALICE, GetEbsDefaultKmsKeyIdRequest.builder().build())
        .kmsKeyId();
  }

  private @Nullable String modify(String keyId) {
    return rig.ebs
        .modifyEbsDefaultKmsKeyId(
            ALICE, ModifyEbsDefaultKmsKeyIdRequest.builder().kmsKeyId(keyId).build())
        .kmsKeyId();
  }

  @Test
  void encryptsByDefaultOnceThatIsEnabledInARegion() {
    assertThat(byDefault(ALICE)).isFalse();

    for (int i = 0; i < 2; i++) {
      assertThat(
              rig.ebs
                  .enableEbsEncryptionByDefault(
                      ALICE, EnableEbsEncryptionByDefaultRequest.builder().build())
                  .ebsEncryptionByDefault())
          .isTrue();
    }

    assertThat(byDefault(ALICE)).isTrue();
    assertThat(byDefault(ALICE.atRegion("eu-central-1"))).isFalse();
    assertThat(rig.create(_ -> {}).encrypted()).isTrue();
    assertThat(rig.create(asks -> asks.encrypted(false)).encrypted()).isTrue();
  }

  @Test
  void keepsTheDefaultKeyWhenItIsDisabled() {
    String arn = rig.key();
    modify(arn);
    rig.ebs.enableEbsEncryptionByDefault(
        ALICE, EnableEbsEncryptionByDefaultRequest.builder().build());

    assertThat(
            rig.ebs
                .disableEbsEncryptionByDefault(
                    ALICE, DisableEbsEncryptionByDefaultRequest.builder().build())
                .ebsEncryptionByDefault())
        .isFalse();
    assertThat(defaultKey()).isEqualTo(arn);
  }

  @Test
  void namesTheAliasUntilTheKeyIsSetAndItsArnFromThenOn() {
    String arn = rig.key();
    rig.kms.alias(EbsRig.ACCOUNT, EbsRig.REGION, "alias/disk", arn);

    assertThat(defaultKey()).isEqualTo("alias/aws/ebs");
    assertThat(modify("alias/disk")).isEqualTo(arn);
    assertThat(defaultKey()).isEqualTo(arn);

    String reset =
        rig.ebs
            .resetEbsDefaultKmsKeyId(ALICE, ResetEbsDefaultKmsKeyIdRequest.builder().build())
            .kmsKeyId();
    assertThat(reset).startsWith("arn:aws:kms:us-east-1:123456789012:key/").isNotEqualTo(arn);
    assertThat(defaultKey()).isEqualTo(reset);
  }

  @Test
  void takesSymmetricKeysThatExistOnly() {
    assertThat(refused(() -> modify("alias/nowhere")).code()).isEqualTo("InvalidParameterValue");
    assertThat(
            refused(() -> modify(rig.kms.createAsymmetricKey(EbsRig.ACCOUNT, EbsRig.REGION)))
                .code())
        .isEqualTo("InvalidParameterValue");
    assertThat(defaultKey()).isEqualTo("alias/aws/ebs");
  }
}
