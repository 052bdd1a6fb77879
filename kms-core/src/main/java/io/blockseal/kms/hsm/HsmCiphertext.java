package io.blockseal.kms.hsm;

/// What encryption under a backing key makes: the derivation nonce, the IV, and the ciphertext with
/// its tag. Immutable.
public final class HsmCiphertext {
  private final byte[] nonce;
  private final byte[] iv;
  private final byte[] ciphertextAndTag;

  /// The parts are copied.
  ///
  /// @throws IllegalArgumentException if one of them has an impossible length
  public HsmCiphertext(byte[] nonce, byte[] iv, byte[] ciphertextAndTag) {
    if (nonce.length != Nonces.NONCE_BYTES
        || iv.length != Nonces.IV_BYTES
        || ciphertextAndTag.length < Gcm.TAG_BYTES) {
      throw new IllegalArgumentException(
          "ciphertext with a nonce of %d, an IV of %d and %d bytes; needed are %d, %d and at least %d"
              .formatted(
                  nonce.length,
                  iv.length,
                  ciphertextAndTag.length,
                  Nonces.NONCE_BYTES,
                  Nonces.IV_BYTES,
                  Gcm.TAG_BYTES));
    }
    this.nonce = nonce.clone();
    this.iv = iv.clone();
    this.ciphertextAndTag = ciphertextAndTag.clone();
  }

  public byte[] nonce() {
    return nonce.clone();
  }

  public byte[] iv() {
    return iv.clone();
  }

  public byte[] ciphertextAndTag() {
    return ciphertextAndTag.clone();
  }
}
