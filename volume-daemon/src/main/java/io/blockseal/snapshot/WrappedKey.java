package io.blockseal.snapshot;

import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A data key as it may be stored: encrypted under a KMS key, with all that its decryption takes.
///
/// @param kmsKeyArn the KMS key that wraps it; null if that is unknown
/// @param encryptedDataKey the ciphertext blob, base64
/// @param encryptionContext what the blob is bound to
public record WrappedKey(
    @Nullable String kmsKeyArn, String encryptedDataKey, Map<String, String> encryptionContext) {
  public WrappedKey {
    if (Base64.getDecoder().decode(encryptedDataKey).length == 0) {
      throw new IllegalArgumentException("the wrapped key of " + kmsKeyArn + " is empty");
    }
    // In key order, so that equal keys have equal manifests.
    encryptionContext = Collections.unmodifiableMap(new TreeMap<>(encryptionContext));
  }
}
