package io.blockseal.ebs;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DecryptResponse;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextResponse;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.aws.kms.ReEncryptRequest;
import io.blockseal.aws.kms.ReEncryptResponse;
import io.blockseal.secret.SecretBytes;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The only place where this room talks to KMS: makes, opens and re-wraps data keys.
///
/// Every call is made in the name of a caller by way of `ec2.<region>.amazonaws.com`, under the
/// encryption context `{"aws:ebs:id": id}`, where the id is that of the thing the data key was
/// wrapped for. A refusal comes as [KeyRefusedException]. Thread-safe.
final class DataKeys {
  /// The account's AWS-managed key for EBS, which KMS makes when it is first asked about.
  static final String AWS_MANAGED_KEY = "alias/aws/ebs";

  /// XTS takes two keys of 256 bits; GCM derives its keys from the same secret.
  static final int DATA_KEY_BYTES = 64;

  private static final String CONTEXT_ID = "aws:ebs:id";

  private final KmsApi kms;

  DataKeys(KmsApi kms) {
    this.kms = kms;
  }

  /// For whom and for which volume or snapshot a key is used.
  ///
  /// @param caller with the Region of the key
  record Purpose(Caller caller, String resourceId) {
    Purpose atRegion(String region) {
      return new Purpose(caller.atRegion(region), resourceId);
    }
  }

  /// What KMS knows of a key. Asking for the AWS-managed key makes it, if it isn't there yet.
  KeyMetadata describe(Purpose purpose, String keyId) throws KeyRefusedException {
    KeyMetadata metadata =
        call(
                purpose,
                "DescribeKey",
                keyId,
                caller ->
                    kms.describeKey(caller, DescribeKeyRequest.builder().keyId(keyId).build()))
            .keyMetadata();
    return Objects.requireNonNull(metadata, "DescribeKey answered without metadata");
  }

  /// The ARN of the key that `keyId` means now.
  String arn(Purpose purpose, String keyId) throws KeyRefusedException {
    return Objects.requireNonNull(describe(purpose, keyId).arn(), "DescribeKey answered no ARN");
  }

  /// A new data key for the purpose's resource.
  OpenDataKey generate(Purpose purpose, String keyId) throws KeyRefusedException {
    if (keyId.equals(AWS_MANAGED_KEY)) {
      describe(purpose, keyId);
    }
    Map<String, String> context = context(purpose.resourceId());
    GenerateDataKeyWithoutPlaintextResponse made =
        call(
            purpose,
            "GenerateDataKeyWithoutPlaintext",
            keyId,
            caller ->
                kms.generateDataKeyWithoutPlaintext(
                    caller,
                    GenerateDataKeyWithoutPlaintextRequest.builder()
                        .keyId(keyId)
                        .encryptionContext(context)
                        .numberOfBytes(DATA_KEY_BYTES)
                        .build()));
    WrappedKey wrapped = wrapped(made.keyId(), made.ciphertextBlob(), context);
    return new OpenDataKey(wrapped, open(purpose, wrapped));
  }

  /// The same data key under the same KMS key, wrapped for the purpose's resource.
  WrappedKey rewrap(Purpose purpose, WrappedKey source) throws KeyRefusedException {
    Map<String, String> context = context(purpose.resourceId());
    ReEncryptResponse made =
        call(
            purpose,
            "ReEncrypt",
            source.kmsKeyArn(),
            caller ->
                kms.reEncrypt(
                    caller,
                    ReEncryptRequest.builder()
                        .ciphertextBlob(source.ciphertext())
                        .sourceKeyId(source.kmsKeyArn())
                        .sourceEncryptionContext(source.encryptionContext())
                        .destinationKeyId(source.kmsKeyArn())
                        .destinationEncryptionContext(context)
                        .build()));
    return wrapped(made.keyId(), made.ciphertextBlob(), context);
  }

  /// The plaintext of a data key; the caller closes it.
  SecretBytes open(Purpose purpose, WrappedKey key) throws KeyRefusedException {
    DecryptResponse opened =
        call(
            purpose,
            "Decrypt",
            key.kmsKeyArn(),
            caller ->
                kms.decrypt(
                    caller,
                    DecryptRequest.builder()
                        .ciphertextBlob(key.ciphertext())
                        .keyId(key.kmsKeyArn())
                        .encryptionContext(key.encryptionContext())
                        .build()));
    Blob plaintext =
        Objects.requireNonNull(opened.plaintext(), "Decrypt answered without plaintext");
    return SecretBytes.takeOver(plaintext.toByteArray());
  }

  private static Map<String, String> context(String resourceId) {
    return Map.of(CONTEXT_ID, resourceId);
  }

  private static WrappedKey wrapped(
      @Nullable String arn, @Nullable Blob ciphertext, Map<String, String> context) {
    return new WrappedKey(
        Objects.requireNonNull(arn, "KMS answered without the key's ARN"),
        Objects.requireNonNull(ciphertext, "KMS answered without ciphertext"),
        context);
  }

  private <R> R call(Purpose purpose, String operation, String keyId, Function<Caller, R> call)
      throws KeyRefusedException {
    Caller caller = ec2(purpose.caller());
    try {
      return call.apply(caller);
    } catch (AwsException e) {
      throw new KeyRefusedException(
          new KeyRefusal(
              operation,
              keyId,
              e.code(),
              e.getMessage(),
              keyState(purpose.caller(), keyId),
              caller.requestId()),
          e);
    }
  }

  private @Nullable String keyState(Caller by, String keyId) {
    try {
      KeyMetadata metadata =
          kms.describeKey(ec2(by), DescribeKeyRequest.builder().keyId(keyId).build()).keyMetadata();
      return metadata == null || metadata.keyState() == null
          ? null
          : metadata.keyState().wireValue();
    } catch (AwsException _) {
      return null; // The refusal that asked for it says enough.
    }
  }

  /// The caller as KMS sees it when EC2 calls in its name.
  private static Caller ec2(Caller caller) {
    return caller
        .via("ec2." + caller.region() + ".amazonaws.com")
        .atRequest(UUID.randomUUID().toString());
  }
}
