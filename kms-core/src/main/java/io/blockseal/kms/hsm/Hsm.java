package io.blockseal.kms.hsm;

import io.blockseal.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A hardware security module in software: makes and uses keys that it never hands out.
///
/// A *domain* is a region, or one of the daemon's own purposes. Its domain key is made here, stored
/// by the caller as a token, and loaded at every start; a domain may have had several, of which the
/// one loaded last wraps new keys and all of them unwrap old ones.
///
/// An operation under a backing key derives its own key: KDF in counter mode with HMAC-SHA256 over
/// a fresh 16-byte nonce (NIST SP 800-108), then AES-256-GCM. Unwrapped backing keys are kept in a
/// bounded cache.
///
/// Thread-safe. The caller closes it after the last use, and the root of trust after that.
public final class Hsm implements AutoCloseable {
  private static final String CALL_LABEL = "blockseal/call/v1";
  private static final String ID_LABEL = "blockseal/backing-key-id/v1";
  private static final int BACKING_KEY_BYTES = 32;

  private final RootOfTrust root;
  private final SecureRandom random;
  private final Nonces nonces;
  private final Map<String, WrappingKey> domainKeys = new ConcurrentHashMap<>();
  private final Map<String, WrappingKey> currentKeys = new ConcurrentHashMap<>();
  private final BackingKeyCache backingKeys = new BackingKeyCache();

  public Hsm(RootOfTrust root, SecureRandom random) {
    this.root = root;
    this.random = random;
    nonces = new Nonces(random);
  }

  /// Makes a domain key and returns its token. It serves nothing until the caller has stored the
  /// token and loaded it: a key that was used before it was stored could be lost with all it
  /// wrapped.
  public byte[] newDomainKey(String domain) {
    try (SecretBytes key = SecretBytes.random(WrappingKey.KEY_BYTES, random)) {
      return root.key().wrap(key, Binding.domainKey(domain), nonces);
    }
  }

  /// Loads a domain key; from now on it is the one that wraps new keys of `domain`.
  ///
  /// @throws RootOfTrustException if the token was made under another root of trust, or is damaged
  public void loadDomainKey(String domain, byte[] token) throws RootOfTrustException {
    WrappingKey key;
    try {
      String wrappedUnder = WrappingKey.fingerprintIn(token);
      if (!wrappedUnder.equals(root.fingerprint())) {
        throw new RootOfTrustException(
            "the domain key of %s is wrapped under root of trust %s; the one given is %s"
                .formatted(domain, wrappedUnder, root.fingerprint()));
      }
      key = new WrappingKey(root.key().unwrap(token, Binding.domainKey(domain)));
    } catch (AuthenticationFailedException | IllegalArgumentException e) {
      throw new RootOfTrustException("the stored domain key of " + domain + " is damaged", e);
    }
    WrappingKey known = domainKeys.putIfAbsent(key.fingerprint(), key);
    if (known != null) {
      key.close();
    }
    currentKeys.put(domain, known == null ? key : known);
  }

  /// Makes a backing key for `owner`. Its token is the only copy that lasts: the caller stores it.
  ///
  /// @throws IllegalStateException if no domain key is loaded for `domain`
  public BackingKey newBackingKey(String domain, String owner) {
    SecretBytes material = SecretBytes.random(BACKING_KEY_BYTES, random);
    byte[] id = idOf(material);
    byte[] token = currentKey(domain).wrap(material, Binding.backingKey(domain, owner), nonces);
    BackingKey key = BackingKey.of(id, domain, owner, token);
    backingKeys.insert(key.id(), material).close();
    return key;
  }

  /// Encrypts `plaintext`, bound to `aad`.
  public HsmCiphertext encrypt(BackingKey key, SecretBytes plaintext, byte[] aad) {
    byte[] nonce = nonces.nonce();
    byte[] iv = nonces.iv();
    byte[] callKey = callKey(key, nonce);
    try {
      return new HsmCiphertext(
          nonce, iv, plaintext.<byte[]>apply(bytes -> Gcm.encrypt(callKey, iv, aad, bytes)));
    } finally {
      Arrays.fill(callKey, (byte) 0);
    }
  }

  /// Decrypts what [#encrypt] made with the same key and `aad`.
  ///
  /// @throws AuthenticationFailedException if it was altered, or key or `aad` are others
  public SecretBytes decrypt(BackingKey key, HsmCiphertext ciphertext, byte[] aad)
      throws AuthenticationFailedException {
    byte[] callKey = callKey(key, ciphertext.nonce());
    try {
      return SecretBytes.takeOver(
          Gcm.decrypt(callKey, ciphertext.iv(), aad, ciphertext.ciphertextAndTag()));
    } finally {
      Arrays.fill(callKey, (byte) 0);
    }
  }

  /// Fresh random bytes: data keys, and what GenerateRandom answers.
  public SecretBytes random(int lengthBytes) {
    return SecretBytes.random(lengthBytes, random);
  }

  /// Encrypts one of the daemon's own secrets under the domain key, bound to `purpose`.
  public byte[] seal(String domain, String purpose, SecretBytes secret) {
    return currentKey(domain).wrap(secret, Binding.sealedSecret(domain, purpose), nonces);
  }

  /// Opens what [#seal] made for the same domain and purpose.
  ///
  /// @throws AuthenticationFailedException if it was altered or sealed for another purpose
  /// @throws IllegalArgumentException if it is not a sealed secret at all
  public SecretBytes unseal(String domain, String purpose, byte[] sealed)
      throws AuthenticationFailedException {
    return keyOf(domain, sealed).unwrap(sealed, Binding.sealedSecret(domain, purpose));
  }

  /// Wipes every plaintext copy of `key` inside this HSM. What is then left of it is its token,
  /// which the caller destroys.
  public void destroy(BackingKey key) {
    backingKeys.destroy(key.id());
  }

  /// Wipes all keys but the root's. Closing twice does nothing.
  @Override
  public void close() {
    backingKeys.close();
    Set<WrappingKey> all = new HashSet<>(domainKeys.values());
    all.forEach(WrappingKey::close);
    domainKeys.clear();
    currentKeys.clear();
  }

  int cachedKeys() {
    return backingKeys.size();
  }

  private byte[] callKey(BackingKey key, byte[] nonce) {
    try (BackingKeyCache.Lease lease = backingKeys.lease(key.id(), () -> unwrap(key))) {
      return lease.key().apply(material -> CounterKdf.derive(material, CALL_LABEL, nonce));
    } catch (AuthenticationFailedException e) {
      throw new IllegalStateException("the stored token of " + key + " is damaged", e);
    }
  }

  private SecretBytes unwrap(BackingKey key) throws AuthenticationFailedException {
    byte[] token = key.token();
    SecretBytes material =
        keyOf(key.domain(), token).unwrap(token, Binding.backingKey(key.domain(), key.owner()));
    if (!Arrays.equals(idOf(material), key.idBytes())) {
      material.close();
      throw new IllegalStateException("the stored token of " + key + " holds another key");
    }
    return material;
  }

  private static byte[] idOf(SecretBytes material) {
    return material.apply(bytes -> CounterKdf.derive(bytes, ID_LABEL, new byte[0]));
  }

  private WrappingKey currentKey(String domain) {
    return loaded(currentKeys.get(domain), domain);
  }

  private WrappingKey keyOf(String domain, byte[] token) {
    return loaded(domainKeys.get(WrappingKey.fingerprintIn(token)), domain);
  }

  private static WrappingKey loaded(@Nullable WrappingKey key, String domain) {
    if (key == null) {
      throw new IllegalStateException("the domain key of " + domain + " is not loaded");
    }
    return key;
  }
}
