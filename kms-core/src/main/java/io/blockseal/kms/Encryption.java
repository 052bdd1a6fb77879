package io.blockseal.kms;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.EncryptResponse;
import io.blockseal.aws.kms.EncryptionAlgorithmSpec;
import io.blockseal.kms.blob.CiphertextBlob;
import io.blockseal.kms.blob.EncryptionContext;
import io.blockseal.secret.SecretBytes;
import java.util.Map;

/// Encrypt.
final class Encryption {
  private final KeyAccess access;
  private final KeyMaterials materials;

  Encryption(KeyAccess access, KeyMaterials materials) {
    this.access = access;
    this.materials = materials;
  }

  EncryptResponse encrypt(Caller caller, EncryptRequest request) {
    Map<String, String> pairs = request.encryptionContextOrEmpty();
    EncryptionContext context = CryptoChecks.canonical(pairs);
    checkLength(request.plaintext().size());
    KeyRecord key =
        access.open(
            caller,
            request.keyId(),
            KeyOperation.ENCRYPT,
            RequestFacts.ofContext(pairs, request.grantTokensOrEmpty())
                .with("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"));
    CryptoChecks.checkAlgorithm(request.encryptionAlgorithm());
    CryptoChecks.endDryRun(request.dryRun());
    try (SecretBytes plaintext = SecretBytes.takeOver(request.plaintext().toByteArray())) {
      CiphertextBlob blob = materials.encrypt(key, plaintext, context);
      return new EncryptResponse(
          Blob.copyOf(blob.encode()), key.arn(), EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    }
  }

  private static void checkLength(int lengthBytes) {
    if (lengthBytes < 1) {
      throw KmsFailures.hiddenConstraint("plaintext", "have length greater than or equal to 1");
    }
    if (lengthBytes > CiphertextBlob.MAX_PLAINTEXT_BYTES) {
      throw KmsFailures.hiddenConstraint(
          "plaintext", "have length less than or equal to " + CiphertextBlob.MAX_PLAINTEXT_BYTES);
    }
  }
}
