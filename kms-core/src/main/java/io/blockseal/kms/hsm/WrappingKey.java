package io.blockseal.kms.hsm;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/// A 32-byte key that encrypts other keys into tokens: the root key and the domain keys.
///
/// A token is
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | version `01` |
/// | 1 | 16 | fingerprint of the wrapping key |
/// | 17 | 16 | nonce that the key of this token is derived with |
/// | 33 | 12 | IV of AES-256-GCM |
/// | 45 | n | ciphertext, 1 byte to 64 KiB |
/// | 45 + n | 16 | tag, over the ciphertext and the [Binding] |
///
/// Thread-safe.
final class WrappingKey implements AutoCloseable {
  static final int KEY_BYTES = 32;
  static final int FINGERPRINT_BYTES = 16;

  private static final byte VERSION = 1;
  private static final int HEADER_BYTES =
      1 + FINGERPRINT_BYTES + Nonces.NONCE_BYTES + Nonces.IV_BYTES;
  private static final int MIN_TOKEN_BYTES = HEADER_BYTES + 1 + Gcm.TAG_BYTES;
  private static final int MAX_TOKEN_BYTES =
      HEADER_BYTES + SecretBytes.MAX_LENGTH_BYTES + Gcm.TAG_BYTES;
  private static final String TOKEN_LABEL = "blockseal/token/v1";
  private static final String FINGERPRINT_LABEL = "blockseal/fingerprint/v1";

  private final SecretBytes key;
  private final byte[] fingerprint;

  /// Takes over `key`.
  WrappingKey(SecretBytes key) {
    if (key.lengthBytes() != KEY_BYTES) {
      throw new IllegalArgumentException(
          "wrapping key of %d bytes, it must have %d".formatted(key.lengthBytes(), KEY_BYTES));
    }
    this.key = key;
    fingerprint =
        Arrays.copyOf(
            key.<byte[]>apply(bytes -> CounterKdf.derive(bytes, FINGERPRINT_LABEL, new byte[0])),
            FINGERPRINT_BYTES);
  }

  /// What names this key in its tokens, in hexadecimal; it tells nothing about the key.
  String fingerprint() {
    return HexFormat.of().formatHex(fingerprint);
  }

  byte[] wrap(SecretBytes secret, byte[] binding, Nonces nonces) {
    byte[] nonce = nonces.nonce();
    byte[] iv = nonces.iv();
    byte[] tokenKey = derive(nonce);
    try {
      byte[] ciphertext = secret.apply(plaintext -> Gcm.encrypt(tokenKey, iv, binding, plaintext));
      return ByteBuffer.allocate(HEADER_BYTES + ciphertext.length)
          .put(VERSION)
          .put(fingerprint)
          .put(nonce)
          .put(iv)
          .put(ciphertext)
          .array();
    } finally {
      Arrays.fill(tokenKey, (byte) 0);
    }
  }

  /// @throws IllegalArgumentException if `token` is none, or was made by another wrapping key
  /// @throws AuthenticationFailedException if it was altered or bound to something else
  SecretBytes unwrap(byte[] token, byte[] binding) throws AuthenticationFailedException {
    if (!fingerprintIn(token).equals(fingerprint())) {
      throw new IllegalArgumentException(
          "token is wrapped under key %s, not under %s"
              .formatted(fingerprintIn(token), fingerprint()));
    }
    ByteBuffer rest = ByteBuffer.wrap(token).position(1 + FINGERPRINT_BYTES);
    byte[] nonce = new byte[Nonces.NONCE_BYTES];
    byte[] iv = new byte[Nonces.IV_BYTES];
    rest.get(nonce).get(iv);
    byte[] ciphertext = new byte[rest.remaining()];
    rest.get(ciphertext);
    byte[] tokenKey = derive(nonce);
    try {
      return SecretBytes.takeOver(Gcm.decrypt(tokenKey, iv, binding, ciphertext));
    } finally {
      Arrays.fill(tokenKey, (byte) 0);
    }
  }

  /// The fingerprint of the key that wrapped `token`.
  ///
  /// @throws IllegalArgumentException if length or version are not those of a token
  static String fingerprintIn(byte[] token) {
    if (token.length < MIN_TOKEN_BYTES || token.length > MAX_TOKEN_BYTES) {
      throw new IllegalArgumentException(
          "token of %d bytes, allowed are %d to %d"
              .formatted(token.length, MIN_TOKEN_BYTES, MAX_TOKEN_BYTES));
    }
    if (token[0] != VERSION) {
      throw new IllegalArgumentException(
          "token of version %d, known is %d".formatted(token[0], VERSION));
    }
    return HexFormat.of().formatHex(token, 1, 1 + FINGERPRINT_BYTES);
  }

  @Override
  public void close() {
    key.close();
  }

  private byte[] derive(byte[] nonce) {
    return key.apply(bytes -> CounterKdf.derive(bytes, TOKEN_LABEL, nonce));
  }
}
