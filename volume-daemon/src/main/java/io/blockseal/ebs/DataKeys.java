package io.blockseal.ebs;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.CreateGrantResponse;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DecryptResponse;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextResponse;
import io.blockseal.aws.kms.GrantConstraints;
import io.blockseal.aws.kms.GrantListEntry;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.aws.kms.ListGrantsResponse;
import io.blockseal.aws.kms.ListRetirableGrantsRequest;
import io.blockseal.aws.kms.ReEncryptRequest;
import io.blockseal.aws.kms.ReEncryptResponse;
import io.blockseal.aws.kms.RetireGrantRequest;
import io.blockseal.secret.SecretBytes;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The only place where this room talks to KMS: makes, opens and re-wraps data keys, and lets the
/// host of the instance open them.
///
/// Every call is made in the name of a caller by way of `ec2.<region>.amazonaws.com`, under the
/// encryption context `{"aws:ebs:id": id}`, where the id is that of the thing the data key was
/// wrapped for. A refusal comes as [KeyRefusedException]. Thread-safe.
final class DataKeys {
  private static final System.Logger LOG = System.getLogger(DataKeys.class.getName());

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

  /// A grant that KMS has made; the token makes it work at once.
  record Grant(String id, @Nullable String token) {}

  /// Lets `grantee` decrypt a data key, and `retiring` end that.
  Grant grant(Purpose purpose, WrappedKey key, String grantee, String retiring)
      throws KeyRefusedException {
    CreateGrantResponse made =
        call(
            purpose,
            "CreateGrant",
            key.kmsKeyArn(),
            caller ->
                kms.createGrant(
                    caller,
                    CreateGrantRequest.builder()
                        .keyId(key.kmsKeyArn())
                        .granteePrincipal(grantee)
                        .retiringPrincipal(retiring)
                        .operations(List.of(GrantOperation.DECRYPT))
                        .constraints(new GrantConstraints(key.encryptionContext(), null))
                        .build()));
    return new Grant(
        Objects.requireNonNull(made.grantId(), "CreateGrant answered no id"), made.grantToken());
  }

  /// The grants in the purpose's Region that the service may retire, of all accounts.
  List<GrantListEntry> retirable(Purpose purpose) throws KeyRefusedException {
    String service = viaService(purpose.caller().region());
    List<GrantListEntry> grants = new ArrayList<>();
    String marker = null;
    do {
      String after = marker;
      ListGrantsResponse page =
          call(
              purpose,
              "ListRetirableGrants",
              "*",
              caller ->
                  kms.listRetirableGrants(
                      caller, new ListRetirableGrantsRequest(null, after, service)));
      grants.addAll(page.grantsOrEmpty());
      marker = page.nextMarker();
    } while (marker != null);
    return grants;
  }

  /// Ends a grant. A refusal is logged and nothing else: the grant lets nobody do more than attach
  /// a volume again.
  void retire(Purpose purpose, String keyArn, String grantId) {
    try {
      call(
          purpose,
          "RetireGrant",
          keyArn,
          caller ->
              kms.retireGrant(
                  caller, RetireGrantRequest.builder().keyId(keyArn).grantId(grantId).build()));
    } catch (KeyRefusedException e) {
      LOG.log(
          Level.WARNING,
          () -> "the grant of %s is left: %s".formatted(purpose.resourceId(), e.getMessage()));
    }
  }

  /// The plaintext of a data key; the caller closes it.
  SecretBytes open(Purpose purpose, WrappedKey key) throws KeyRefusedException {
    return open(purpose, key, null);
  }

  /// As above, with the token of a grant that allows it.
  SecretBytes open(Purpose purpose, WrappedKey key, @Nullable String grantToken)
      throws KeyRefusedException {
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
                        .grantTokens(grantToken == null ? null : List.of(grantToken))
                        .build()));
    Blob plaintext =
        Objects.requireNonNull(opened.plaintext(), "Decrypt answered without plaintext");
    try {
      return SecretBytes.takeOver(plaintext.toByteArray());
    } finally {
      plaintext.wipe();
    }
  }

  /// The service that calls KMS for everybody here.
  static String viaService(String region) {
    return "ec2." + region + ".amazonaws.com";
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
    return caller.via(viaService(caller.region())).atRequest(UUID.randomUUID().toString());
  }
}
