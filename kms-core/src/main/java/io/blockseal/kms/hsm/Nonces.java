package io.blockseal.kms.hsm;

import java.security.SecureRandom;

/// The one producer of nonces and IVs inside the HSM.
///
/// Every message is encrypted under a key derived from a fresh random 128-bit nonce, with a fresh
/// random 96-bit IV. A (key, IV) pair repeats only if both collide under one parent key: 224 random
/// bits, so after 2^64 messages with a probability below 2^-96. Nothing is counted, so nothing is
/// lost in a crash, a rollback or a copy of the files. Thread-safe.
final class Nonces {
  static final int NONCE_BYTES = 16;
  static final int IV_BYTES = 12;

  private final SecureRandom random;

  Nonces(SecureRandom random) {
    this.random = random;
  }

  byte[] nonce() {
    return draw(NONCE_BYTES);
  }

  byte[] iv() {
    return draw(IV_BYTES);
  }

  private byte[] draw(int lengthBytes) {
    byte[] drawn = new byte[lengthBytes];
    random.nextBytes(drawn);
    return drawn;
  }
}
