package io.blockseal.kms;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DecryptResponse;
import io.blockseal.aws.kms.EncryptionAlgorithmSpec;
import io.blockseal.aws.kms.ReEncryptRequest;
import io.blockseal.aws.kms.ReEncryptResponse;
import io.blockseal.kms.blob.CiphertextBlob;
import io.blockseal.kms.blob.EncryptionContext;
import io.blockseal.secret.SecretBytes;
import java.util.Map;

/// Decrypt and ReEncrypt.
final class Decryption {
  private final KeyAccess access;
  private final KeyMaterials materials;
  private final SourceCiphertext sources;

  Decryption(KeyAccess access, KeyMaterials materials, SourceCiphertext sources) {
    this.access = access;
    this.materials = materials;
    this.sources = sources;
  }

  DecryptResponse decrypt(Caller caller, DecryptRequest request) {
    Attestations.refuse(request.recipient());
    Map<String, String> pairs = request.encryptionContextOrEmpty();
    EncryptionContext context = CryptoChecks.canonical(pairs);
    SourceCiphertext.checkPresence(
        request.ciphertextBlob(), request.dryRun(), request.dryRunModifiersOrEmpty());
    SourceCiphertext.Opened source =
        sources.open(
            caller,
            request.ciphertextBlob(),
            request.keyId(),
            KeyOperation.DECRYPT,
            RequestFacts.ofContext(pairs, request.grantTokensOrEmpty())
                .with("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"));
    CryptoChecks.checkAlgorithm(request.encryptionAlgorithm());
    CryptoChecks.endDryRun(request.dryRun());
    try (SecretBytes plaintext = sources.decrypt(source, context)) {
      return DecryptResponse.builder()
          .keyId(source.key().arn())
          .plaintext(plaintext.apply(Blob::copyOf))
          .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
          .keyMaterialId(source.materialId())
          .build();
    }
  }

  ReEncryptResponse reEncrypt(Caller caller, ReEncryptRequest request) {
    Map<String, String> sourcePairs = request.sourceEncryptionContextOrEmpty();
    Map<String, String> targetPairs = request.destinationEncryptionContextOrEmpty();
    EncryptionContext sourceContext = CryptoChecks.canonical(sourcePairs);
    EncryptionContext targetContext = CryptoChecks.canonical(targetPairs);
    SourceCiphertext.checkPresence(
        request.ciphertextBlob(), request.dryRun(), request.dryRunModifiersOrEmpty());
    KeyLocation targetLocation =
        access.locate(caller, request.destinationKeyId(), KeyOperation.RE_ENCRYPT_TO);
    String sameKey =
        Boolean.toString(sources.isUnder(caller, request.ciphertextBlob(), targetLocation));
    SourceCiphertext.Opened source =
        sources.open(
            caller,
            request.ciphertextBlob(),
            request.sourceKeyId(),
            KeyOperation.RE_ENCRYPT_FROM,
            facts(sourcePairs, request, sameKey));
    KeyRecord target =
        access.open(
            caller,
            request.destinationKeyId(),
            KeyOperation.RE_ENCRYPT_TO,
            facts(targetPairs, request, sameKey));
    CryptoChecks.checkAlgorithm(request.sourceEncryptionAlgorithm());
    CryptoChecks.checkAlgorithm(request.destinationEncryptionAlgorithm());
    CryptoChecks.endDryRun(request.dryRun());
    try (SecretBytes plaintext = sources.decrypt(source, sourceContext)) {
      CiphertextBlob blob = materials.encrypt(target, plaintext, targetContext);
      return ReEncryptResponse.builder()
          .ciphertextBlob(Blob.copyOf(blob.encode()))
          .sourceKeyId(source.key().arn())
          .keyId(target.arn())
          .sourceEncryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
          .destinationEncryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
          .sourceKeyMaterialId(source.materialId())
          .destinationKeyMaterialId(blob.backingKeyId())
          .build();
    }
  }

  private static RequestFacts facts(
      Map<String, String> pairs, ReEncryptRequest request, String sameKey) {
    return RequestFacts.ofContext(pairs, request.grantTokensOrEmpty())
        .with("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
        .with("kms:ReEncryptOnSameKey", sameKey);
  }
}
