package io.blockseal.volume.cipher;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/// AES on whole blocks under one key and in one direction: the raw block cipher that XTS is made
/// of.
///
/// It is the JDK's `AES/ECB/NoPadding`, whose bulk path is compiled to vector instructions. ECB is
/// not used as a mode here; nothing encrypts volume data with it. Confined to one thread at a time.
final class AesEcb {
  private final Cipher cipher;

  /// @param mode [Cipher#ENCRYPT_MODE] or [Cipher#DECRYPT_MODE]
  AesEcb(int mode, byte[] key) {
    try {
      cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK offers no AES-256 in ECB", e);
    }
  }

  /// Transforms the first `lengthBytes` of `source` into `target`.
  ///
  /// The two must be different arrays: for the same array the JDK first copies the input to a new
  /// one.
  void transform(byte[] source, byte[] target, int lengthBytes) {
    try {
      int done = cipher.update(source, 0, lengthBytes, target, 0);
      if (done != lengthBytes) {
        throw new IllegalStateException(
            "AES transformed %d of %d bytes".formatted(done, lengthBytes));
      }
    } catch (ShortBufferException e) {
      throw new IllegalArgumentException(
          "%d bytes do not fit an array of %d".formatted(lengthBytes, target.length), e);
    }
  }
}
