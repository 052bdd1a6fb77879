package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.Cipher;

/// What one call of [XtsCipher] works with: three keyed AES ciphers and scratch for a batch of
/// units.
///
/// XTS encrypts block `j` as `AES(key1, P ^ T(j)) ^ T(j)`. A lane does it for a whole batch at a
/// time, so that AES runs in bulk: tweaks, XOR, one pass of AES, XOR. The scratch is heap arrays
/// whatever the caller's buffers are, because only for those the JDK has a bulk path. Confined to
/// the call that borrowed it.
final class XtsLane implements Lane {
  /// Two units of 4 KiB: tweaks, masked and transformed bytes of a batch stay in the first-level
  /// cache of a core. Twice as much was measurably slower, half as much no faster.
  private static final int BATCH_BYTES = 8 * 1024;

  private final AesEcb encryption;
  private final AesEcb decryption;
  private final AesEcb tweakEncryption;
  private final int unitBytes;
  private final int unitWords;
  private final int batchUnits;
  private final byte[] unitNumbers;
  private final byte[] firstTweaks;
  private final long[] tweaks;
  private final byte[] masked;
  private final byte[] transformed;

  XtsLane(SecretBytes dataKey, SecretBytes tweakKey, int unitBytes) {
    encryption = dataKey.apply(key -> new AesEcb(Cipher.ENCRYPT_MODE, key));
    decryption = dataKey.apply(key -> new AesEcb(Cipher.DECRYPT_MODE, key));
    tweakEncryption = tweakKey.apply(key -> new AesEcb(Cipher.ENCRYPT_MODE, key));
    this.unitBytes = unitBytes;
    unitWords = unitBytes / Long.BYTES;
    batchUnits = Math.max(1, BATCH_BYTES / unitBytes);
    unitNumbers = new byte[batchUnits * XtsTweaks.BLOCK_BYTES];
    firstTweaks = new byte[batchUnits * XtsTweaks.BLOCK_BYTES];
    tweaks = new long[batchUnits * unitWords];
    masked = new byte[batchUnits * unitBytes];
    transformed = new byte[batchUnits * unitBytes];
  }

  void encrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
    run(encryption, firstUnit, source, target);
  }

  void decrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
    run(decryption, firstUnit, source, target);
  }

  @Override
  public void forget() {
    encryption.forgetKey();
    decryption.forgetKey();
    tweakEncryption.forgetKey();
    Arrays.fill(firstTweaks, (byte) 0);
    Arrays.fill(tweaks, 0);
    Arrays.fill(masked, (byte) 0);
    Arrays.fill(transformed, (byte) 0);
  }

  private void run(AesEcb aes, long firstUnit, ByteBuffer source, ByteBuffer target) {
    int from = source.position();
    int to = target.position();
    int end = source.limit();
    long unit = firstUnit;
    while (from < end) {
      int units = Math.min(batchUnits, (end - from) / unitBytes);
      int lengthBytes = units * unitBytes;
      makeTweaks(unit, units);
      source.get(from, masked, 0, lengthBytes);
      XtsTweaks.mask(masked, tweaks, units * unitWords);
      aes.transform(masked, transformed, lengthBytes);
      XtsTweaks.mask(transformed, tweaks, units * unitWords);
      target.put(to, transformed, 0, lengthBytes);
      unit += units;
      from += lengthBytes;
      to += lengthBytes;
    }
    source.position(end);
    target.position(to);
  }

  private void makeTweaks(long firstUnit, int units) {
    for (int i = 0; i < units; i++) {
      XtsTweaks.putUnitNumber(firstUnit + i, unitNumbers, i * XtsTweaks.BLOCK_BYTES);
    }
    tweakEncryption.transform(unitNumbers, firstTweaks, units * XtsTweaks.BLOCK_BYTES);
    for (int i = 0; i < units; i++) {
      XtsTweaks.expand(firstTweaks, i * XtsTweaks.BLOCK_BYTES, tweaks, i * unitWords, unitWords);
    }
  }
}
