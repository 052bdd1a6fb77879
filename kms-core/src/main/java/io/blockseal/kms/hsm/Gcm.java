package io.blockseal.kms.hsm;

import io.blockseal.secret.DestroyableKey;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// AES-256-GCM with a 12-byte IV and a 16-byte tag behind the ciphertext (NIST SP 800-38D).
final class Gcm {
  static final int TAG_BYTES = 16;

  private Gcm() {}

  static byte[] encrypt(byte[] key, byte[] iv, byte[] aad, byte[] plaintext) {
    try {
      return run(Cipher.ENCRYPT_MODE, key, iv, aad, plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work in this JVM", e);
    }
  }

  static byte[] decrypt(byte[] key, byte[] iv, byte[] aad, byte[] ciphertextAndTag)
      throws AuthenticationFailedException {
    try {
      return run(Cipher.DECRYPT_MODE, key, iv, aad, ciphertextAndTag);
    } catch (AEADBadTagException e) {
      throw new AuthenticationFailedException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work in this JVM", e);
    }
  }

  /// The cipher's key schedule is overwritten before this returns.
  private static byte[] run(int mode, byte[] key, byte[] iv, byte[] aad, byte[] input)
      throws GeneralSecurityException {
    GCMParameterSpec parameters = new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    try (DestroyableKey copy = new DestroyableKey("AES", key)) {
      cipher.init(mode, copy, parameters);
      cipher.updateAAD(aad);
      return cipher.doFinal(input);
    } finally {
      cipher.init(mode, DestroyableKey.BLANK, parameters);
    }
  }
}
