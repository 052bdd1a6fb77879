package io.blockseal.snapshot;

import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A data key as it may be stored: encrypted under a KMS key, with all that its decryption takes.
///
/// @param kmsKeyArn the KMS key that wraps it
/// @param encryptedDataKey the ciphertext blob, base64
/// @param encryptionContext what the blob is bound to
public record WrappedKey(
    String kmsKeyArn, String encryptedDataKey, Map<String, String> encryptionContext) {
  public WrappedKey {
    if (kmsKeyArn.isEmpty()) {
      throw new IllegalArgumentException("a wrapped key needs the ARN of its KMS key");
    }
    if (Base64.getDecoder().decode(encryptedDataKey).length == 0) {
      throw new IllegalArgumentException("the wrapped key of " + kmsKeyArn + " is empty");
    }
    // In key order, so that equal keys have equal manifests.
    encryptionContext = Collections.unmodifiableMap(new TreeMap<>(encryptionContext));
  }
}
