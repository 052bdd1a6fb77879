package io.blockseal.kms.hsm;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-256-GCM with a 12-byte IV and a 16-byte tag behind the ciphertext (NIST SP 800-38D).
final class Gcm {
  static final int TAG_BYTES = 16;

  private Gcm() {}

  static byte[] encrypt(byte[] key, byte[] iv, byte[] aad, byte[] plaintext) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, iv, aad).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work in this JVM", e);
    }
  }

  static byte[] decrypt(byte[] key, byte[] iv, byte[] aad, byte[] ciphertextAndTag)
      throws AuthenticationFailedException {
    try {
      return cipher(Cipher.DECRYPT_MODE, key, iv, aad).doFinal(ciphertextAndTag);
    } catch (AEADBadTagException e) {
      throw new AuthenticationFailedException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work in this JVM", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] iv, byte[] aad)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
    cipher.updateAAD(aad);
    return cipher;
  }
}
