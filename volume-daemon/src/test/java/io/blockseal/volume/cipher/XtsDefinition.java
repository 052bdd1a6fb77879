package io.blockseal.volume.cipher;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// XTS as IEEE 1619-2007 writes it, block by block with big integers: slow, and nothing shared with
/// the cipher under test.
final class XtsDefinition {
  private static final BigInteger MODULUS =
      BigInteger.ONE.shiftLeft(128).or(BigInteger.valueOf(0x87));

  private XtsDefinition() {}

  static byte[] encrypt(byte[] key, long unit, byte[] plain) {
    try {
      Cipher aes = ecb(Arrays.copyOfRange(key, 0, 32));
      Cipher tweakAes = ecb(Arrays.copyOfRange(key, 32, 64));
      BigInteger tweak = number(tweakAes.doFinal(block(BigInteger.valueOf(unit))));
      byte[] result = new byte[plain.length];
      for (int at = 0; at < plain.length; at += 16) {
        byte[] mask = block(tweak);
        byte[] text = xor(Arrays.copyOfRange(plain, at, at + 16), mask);
        System.arraycopy(xor(aes.doFinal(text), mask), 0, result, at, 16);
        tweak = tweak.shiftLeft(1);
        if (tweak.testBit(128)) {
          tweak = tweak.xor(MODULUS);
        }
      }
      return result;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Cipher ecb(byte[] key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    return cipher;
  }

  private static byte[] block(BigInteger number) {
    byte[] block = new byte[16];
    for (int i = 0; i < 16; i++) {
      block[i] = number.shiftRight(8 * i).byteValue();
    }
    return block;
  }

  private static BigInteger number(byte[] block) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 15; i >= 0; i--) {
      number = number.shiftLeft(8).or(BigInteger.valueOf(block[i] & 0xff));
    }
    return number;
  }

  private static byte[] xor(byte[] left, byte[] right) {
    byte[] result = new byte[16];
    for (int i = 0; i < 16; i++) {
      result[i] = (byte) (left[i] ^ right[i]);
    }
    return result;
  }
}
