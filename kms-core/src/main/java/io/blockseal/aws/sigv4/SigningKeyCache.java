package io.blockseal.aws.sigv4;

import java.util.LinkedHashMap;
import java.util.Map;

/// Signing keys derived lately, so that a request costs one HMAC and not five. Thread-safe.
final class SigningKeyCache {

  /// A few principals, a few regions, three services; the least recently used goes first.
  private static final int MAX_KEYS = 256;

  private record Slot(String accessKeyId, CredentialScope scope) {}

  /// Keeps the digest of the secret, to notice a key id whose secret was replaced.
  private record Derived(String secretDigest, SigningKey key) {}

  /// Guarded by itself.
  private final Map<Slot, Derived> keys =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Slot, Derived> eldest) {
          return size() > MAX_KEYS;
        }
      };

  SigningKey get(String accessKeyId, String secretAccessKey, CredentialScope scope) {
    Slot slot = new Slot(accessKeyId, scope);
    String secretDigest = SigningKey.sha256Hex(secretAccessKey);
    synchronized (keys) {
      Derived derived = keys.get(slot);
      if (derived != null && derived.secretDigest.equals(secretDigest)) {
        return derived.key;
      }
    }
    SigningKey key = SigningKey.derive(secretAccessKey, scope);
    synchronized (keys) {
      keys.put(slot, new Derived(secretDigest, key));
    }
    return key;
  }
}
