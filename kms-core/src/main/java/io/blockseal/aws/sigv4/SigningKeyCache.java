package io.blockseal.aws.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/// Signing keys derived lately, so that a request costs one HMAC and not five. Thread-safe.
final class SigningKeyCache {

  /// A few principals, a few regions, three services; the least recently used goes first.
  private static final int MAX_KEYS = 256;

  private record Slot(String accessKeyId, CredentialScope scope) {}

  /// Keeps the secret, to notice a key id whose secret was replaced.
  private record Derived(byte[] secret, SigningKey key) {}

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
    byte[] secret = secretAccessKey.getBytes(StandardCharsets.UTF_8);
    synchronized (keys) {
      Derived derived = keys.get(slot);
      if (derived != null && MessageDigest.isEqual(derived.secret, secret)) {
        return derived.key;
      }
    }
    SigningKey key = SigningKey.derive(secretAccessKey, scope);
    synchronized (keys) {
      keys.put(slot, new Derived(secret, key));
    }
    return key;
  }
}
