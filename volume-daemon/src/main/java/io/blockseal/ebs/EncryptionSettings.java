package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DisableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.DisableEbsEncryptionByDefaultResult;
import io.blockseal.aws.ec2.EnableEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.EnableEbsEncryptionByDefaultResult;
import io.blockseal.aws.ec2.GetEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.GetEbsDefaultKmsKeyIdResult;
import io.blockseal.aws.ec2.GetEbsEncryptionByDefaultRequest;
import io.blockseal.aws.ec2.GetEbsEncryptionByDefaultResult;
import io.blockseal.aws.ec2.ModifyEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.ModifyEbsDefaultKmsKeyIdResult;
import io.blockseal.aws.ec2.ResetEbsDefaultKmsKeyIdRequest;
import io.blockseal.aws.ec2.ResetEbsDefaultKmsKeyIdResult;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KeySpec;
import io.blockseal.aws.kms.KeyUsageType;

/// The two settings of an account in a Region: whether everything new is encrypted, and with which
/// key where none is named. Volumes and snapshots that exist already don't change.
final class EncryptionSettings {
  private final ControlPlane plane;

  EncryptionSettings(ControlPlane plane) {
    this.plane = plane;
  }

  EnableEbsEncryptionByDefaultResult enable(
      Caller caller, EnableEbsEncryptionByDefaultRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    return new EnableEbsEncryptionByDefaultResult(set(caller, true));
  }

  DisableEbsEncryptionByDefaultResult disable(
      Caller caller, DisableEbsEncryptionByDefaultRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    return new DisableEbsEncryptionByDefaultResult(set(caller, false));
  }

  GetEbsEncryptionByDefaultResult get(Caller caller, GetEbsEncryptionByDefaultRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    return new GetEbsEncryptionByDefaultResult(
        plane.records().settings(caller).encryptionByDefault(), null);
  }

  /// The literal alias until the key is set for the first time; its ARN from then on.
  GetEbsDefaultKmsKeyIdResult defaultKey(Caller caller, GetEbsDefaultKmsKeyIdRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    return new GetEbsDefaultKmsKeyIdResult(plane.records().settings(caller).defaultKeyId());
  }

  ModifyEbsDefaultKmsKeyIdResult modifyDefaultKey(
      Caller caller, ModifyEbsDefaultKmsKeyIdRequest request) {
    KeyMetadata key = describe(caller, request.kmsKeyId());
    if (key.keySpec() != KeySpec.SYMMETRIC_DEFAULT
        || key.keyUsage() != KeyUsageType.ENCRYPT_DECRYPT) {
      throw Ec2Errors.invalidValue(
          "The KMS key %s is not a symmetric encryption key, which EBS needs."
              .formatted(request.kmsKeyId()));
    }
    ControlPlane.checkDryRun(request.dryRun());
    return new ModifyEbsDefaultKmsKeyIdResult(setDefaultKey(caller, key));
  }

  ResetEbsDefaultKmsKeyIdResult resetDefaultKey(
      Caller caller, ResetEbsDefaultKmsKeyIdRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    KeyMetadata key = describe(caller, DataKeys.AWS_MANAGED_KEY);
    return new ResetEbsDefaultKmsKeyIdResult(setDefaultKey(caller, key));
  }

  private boolean set(Caller caller, boolean on) {
    return plane
        .records()
        .changeSettings(caller, settings -> settings.withEncryptionByDefault(on))
        .encryptionByDefault();
  }

  private String setDefaultKey(Caller caller, KeyMetadata key) {
    String arn = key.arn();
    if (arn == null) {
      throw Ec2Errors.internal("KMS described the key " + key.keyId() + " without its ARN");
    }
    plane.records().changeSettings(caller, settings -> settings.withDefaultKeyArn(arn));
    return arn;
  }

  private KeyMetadata describe(Caller caller, String keyId) {
    try {
      return plane.keys().describe(new DataKeys.Purpose(caller, "account-default"), keyId);
    } catch (KeyRefusedException e) {
      throw Ec2Errors.invalidValue(
          "The KMS key %s can't be used as the default key: %s"
              .formatted(keyId, e.refusal().summary()));
    }
  }
}
