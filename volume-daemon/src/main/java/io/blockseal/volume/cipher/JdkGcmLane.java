package io.blockseal.volume.cipher;

import io.blockseal.secret.DestroyableKey;
import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// The JDK's AES-256-GCM in both directions and scratch for one unit.
///
/// The JDK wants ciphertext and tag one behind the other in one array, and is fastest from one
/// array to another; so the unit passes through two arrays. Confined to the call that borrowed it.
final class JdkGcmLane extends GcmLane {
  private static final int TAG_BITS = UnitRecord.TAG_BYTES * 8;

  private final int textBytes;
  private final byte[] input;
  private final byte[] output;
  private final DestroyableKey key;
  private final Cipher sealing;
  private final Cipher opening;

  JdkGcmLane(SecretBytes epochKey, int textBytes, int aadBytes) {
    super(aadBytes);
    this.textBytes = textBytes;
    input = new byte[textBytes + UnitRecord.TAG_BYTES];
    output = new byte[textBytes + UnitRecord.TAG_BYTES];
    key = epochKey.apply(bytes -> new DestroyableKey("AES", bytes));
    try {
      sealing = Cipher.getInstance("AES/GCM/NoPadding");
      opening = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK offers no AES in GCM", e);
    }
  }

  @Override
  void seal(ByteBuffer plain, int from, ByteBuffer cipher, int to) {
    plain.get(from, input, 0, textBytes);
    try {
      sealing.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      sealing.updateAAD(aad);
      sealing.doFinal(input, 0, textBytes, output, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses to seal: " + e.getMessage(), e);
    }
    cipher.put(to, output, 0, textBytes);
    System.arraycopy(output, textBytes, tag, 0, tag.length);
  }

  @Override
  void open(ByteBuffer cipher, int from, ByteBuffer plain, int to) throws AEADBadTagException {
    cipher.get(from, input, 0, textBytes);
    System.arraycopy(tag, 0, input, textBytes, tag.length);
    try {
      opening.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      opening.updateAAD(aad);
      opening.doFinal(input, 0, input.length, output, 0);
    } catch (AEADBadTagException e) {
      OffHeap.clear(plain, to, textBytes);
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses to open: " + e.getMessage(), e);
    }
    plain.put(to, output, 0, textBytes);
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
}
