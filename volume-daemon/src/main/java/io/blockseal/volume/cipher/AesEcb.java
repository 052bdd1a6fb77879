package io.blockseal.volume.cipher;

import io.blockseal.secret.DestroyableKey;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/// AES on whole blocks under one key and in one direction: the raw block cipher that XTS is made
/// of.
///
/// It is the JDK's `AES/ECB/NoPadding`, whose bulk path is compiled to vector instructions. ECB is
/// not used as a mode here; nothing encrypts volume data with it. Confined to one thread at a time.
final class AesEcb {
  private final int mode;
  private final Cipher cipher;

  /// @param mode [Cipher#ENCRYPT_MODE] or [Cipher#DECRYPT_MODE]
  AesEcb(int mode, byte[] key) {
    this.mode = mode;
    try (DestroyableKey copy = new DestroyableKey("AES", key)) {
      cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(mode, copy);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK offers no AES-256 in ECB", e);
    }
  }

  /// Overwrites the key schedule. What is transformed afterwards is under no key of anybody's.
  void forgetKey() {
    try {
      cipher.init(mode, DestroyableKey.BLANK);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("the JDK refuses an AES-256 key", e);
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
