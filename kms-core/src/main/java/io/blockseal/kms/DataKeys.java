package io.blockseal.kms;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CustomKeyStoreNotFoundException;
import io.blockseal.aws.kms.DataKeySpec;
import io.blockseal.aws.kms.GenerateDataKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyResponse;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextResponse;
import io.blockseal.aws.kms.GenerateRandomRequest;
import io.blockseal.aws.kms.GenerateRandomResponse;
import io.blockseal.kms.blob.CiphertextBlob;
import io.blockseal.kms.blob.EncryptionContext;
import io.blockseal.secret.SecretBytes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateRandom.
final class DataKeys {
  private static final int MAX_BYTES = 1024;

  private final KeyAccess access;
  private final KeyMaterials materials;

  DataKeys(KeyAccess access, KeyMaterials materials) {
    this.access = access;
    this.materials = materials;
  }

  GenerateDataKeyResponse generate(Caller caller, GenerateDataKeyRequest request) {
    Attestations.refuse(request.recipient());
    int lengthBytes = lengthBytes(request.keySpec(), request.numberOfBytes());
    Map<String, String> pairs = request.encryptionContextOrEmpty();
    EncryptionContext context = CryptoChecks.canonical(pairs);
    KeyRecord key =
        open(
            caller,
            request.keyId(),
            KeyOperation.GENERATE_DATA_KEY,
            pairs,
            request.grantTokensOrEmpty());
    CryptoChecks.endDryRun(request.dryRun());
    try (SecretBytes dataKey = materials.random(lengthBytes)) {
      CiphertextBlob blob = materials.encrypt(key, dataKey, context);
      return GenerateDataKeyResponse.builder()
          .ciphertextBlob(Blob.copyOf(blob.encode()))
          .plaintext(dataKey.apply(Blob::copyOf))
          .keyId(key.arn())
          .keyMaterialId(blob.backingKeyId())
          .build();
    }
  }

  GenerateDataKeyWithoutPlaintextResponse generateWithoutPlaintext(
      Caller caller, GenerateDataKeyWithoutPlaintextRequest request) {
    int lengthBytes = lengthBytes(request.keySpec(), request.numberOfBytes());
    Map<String, String> pairs = request.encryptionContextOrEmpty();
    EncryptionContext context = CryptoChecks.canonical(pairs);
    KeyRecord key =
        open(
            caller,
            request.keyId(),
            KeyOperation.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
            pairs,
            request.grantTokensOrEmpty());
    CryptoChecks.endDryRun(request.dryRun());
    try (SecretBytes dataKey = materials.random(lengthBytes)) {
      CiphertextBlob blob = materials.encrypt(key, dataKey, context);
      return new GenerateDataKeyWithoutPlaintextResponse(
          Blob.copyOf(blob.encode()), key.arn(), blob.backingKeyId());
    }
  }

  GenerateRandomResponse random(Caller caller, GenerateRandomRequest request) {
    Attestations.refuse(request.recipient());
    Integer lengthBytes = request.numberOfBytes();
    if (lengthBytes == null) {
      throw KmsFailures.validation("NumberOfBytes is required.");
    }
    checkLength(lengthBytes);
    KeyAccess.authorizeOnAccount(caller, "kms:GenerateRandom", RequestFacts.NONE);
    if (request.customKeyStoreId() != null) {
      throw new CustomKeyStoreNotFoundException(null);
    }
    try (SecretBytes random = materials.random(lengthBytes)) {
      return new GenerateRandomResponse(random.apply(Blob::copyOf), null);
    }
  }

  private KeyRecord open(
      Caller caller,
      String keyId,
      KeyOperation operation,
      Map<String, String> pairs,
      List<String> grantTokens) {
    return access.open(
        caller,
        keyId,
        operation,
        RequestFacts.ofContext(pairs, grantTokens)
            .with("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"));
  }

  private static int lengthBytes(@Nullable DataKeySpec spec, @Nullable Integer numberOfBytes) {
    if ((spec == null) == (numberOfBytes == null)) {
      throw KmsFailures.validation("Please specify either number of bytes or key spec.");
    }
    if (numberOfBytes != null) {
      checkLength(numberOfBytes);
      return numberOfBytes;
    }
    if (spec == DataKeySpec.AES_256) {
      return 32;
    }
    if (spec == DataKeySpec.AES_128) {
      return 16;
    }
    throw KmsFailures.constraint(
        String.valueOf(spec), "keySpec", "satisfy enum value set: [AES_256, AES_128]");
  }

  private static void checkLength(int lengthBytes) {
    if (lengthBytes < 1) {
      throw KmsFailures.constraint(
          lengthBytes, "numberOfBytes", "have value greater than or equal to 1");
    }
    if (lengthBytes > MAX_BYTES) {
      throw KmsFailures.constraint(
          lengthBytes, "numberOfBytes", "have value less than or equal to " + MAX_BYTES);
    }
  }
}
