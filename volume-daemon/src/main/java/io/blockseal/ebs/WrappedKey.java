package io.blockseal.ebs;

import io.blockseal.aws.Blob;
import java.util.Map;

/// A data key as headers and manifests carry it: encrypted under a KMS key. Immutable.
///
/// @param kmsKeyArn the KMS key that encrypts it
/// @param ciphertext what KMS made of it
/// @param encryptionContext what KMS must be told again to decrypt it
public record WrappedKey(String kmsKeyArn, Blob ciphertext, Map<String, String> encryptionContext) {

  public WrappedKey {
    encryptionContext = Map.copyOf(encryptionContext);
  }
}
