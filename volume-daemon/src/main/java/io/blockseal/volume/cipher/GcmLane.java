package io.blockseal.volume.cipher;

import io.blockseal.secret.DestroyableKey;
import io.blockseal.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// What one call of [GcmUnitCipher] works with: the JDK's AES-256-GCM in both directions and
/// scratch for one unit.
///
/// The JDK wants input and tag, or output and tag, one behind the other in one array, and is
/// fastest from one array to another; so the unit passes through [#input] and [#output]. Confined
/// to the call that borrowed it.
final class GcmLane implements Lane {
  private static final int TAG_BITS = UnitRecord.TAG_BYTES * 8;

  /// To be filled before a call, each wholly: the text (to open: with the tag behind it), the nonce
  /// and the associated data.
  final byte[] input;

  final byte[] nonce = new byte[UnitNonce.BYTES];
  final byte[] aad;

  /// The result: the ciphertext with the tag behind it, or the plaintext.
  final byte[] output;

  private final int textBytes;
  private final DestroyableKey key;
  private final Cipher sealing;
  private final Cipher opening;

  GcmLane(SecretBytes epochKey, int textBytes, int aadBytes) {
    this.textBytes = textBytes;
    input = new byte[textBytes + UnitRecord.TAG_BYTES];
    output = new byte[textBytes + UnitRecord.TAG_BYTES];
    aad = new byte[aadBytes];
    key = epochKey.apply(bytes -> new DestroyableKey("AES", bytes));
    try {
      sealing = Cipher.getInstance("AES/GCM/NoPadding");
      opening = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK offers no AES in GCM", e);
    }
  }

  /// Encrypts the text in [#input] to [#output] and puts the tag behind it.
  void seal() {
    try {
      sealing.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      sealing.updateAAD(aad);
      sealing.doFinal(input, 0, textBytes, output, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses to seal: " + e.getMessage(), e);
    }
  }

  @Override
  public void forget() {
    key.destroy();
    GCMParameterSpec parameters = new GCMParameterSpec(TAG_BITS, nonce);
    try {
      sealing.init(Cipher.ENCRYPT_MODE, DestroyableKey.BLANK, parameters);
      opening.init(Cipher.DECRYPT_MODE, DestroyableKey.BLANK, parameters);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses a key: " + e.getMessage(), e);
    }
    Arrays.fill(input, (byte) 0);
    Arrays.fill(output, (byte) 0);
  }

  /// Decrypts the text in [#input], with the tag behind it, to [#output], which holds zeros if the
  /// tag is wrong.
  void open() throws AEADBadTagException {
    try {
      opening.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      opening.updateAAD(aad);
      opening.doFinal(input, 0, textBytes + UnitRecord.TAG_BYTES, output, 0);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses to open: " + e.getMessage(), e);
    }
  }
}
