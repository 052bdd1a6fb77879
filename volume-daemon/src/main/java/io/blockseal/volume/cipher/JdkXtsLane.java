package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.Cipher;

/// XTS made of the JDK's AES: three keyed ciphers and scratch for a batch of units.
///
/// XTS encrypts block `j` as `AES(key1, P ^ T(j)) ^ T(j)`. A lane does it for a whole batch at a
/// time, so that AES runs in bulk: tweaks, XOR, one pass of AES, XOR. The scratch is heap arrays
/// whatever the caller's buffers are, because only for those the JDK has a bulk path. Confined to
/// the call that borrowed it.
final class JdkXtsLane implements XtsLane {
  /// Two units of 4 KiB: tweaks, masked and transformed bytes of a batch stay in the first-level
  /// cache of a core. Twice as much was measurably slower, half as much no faster.
  private static final int BATCH_BYTES = 8 * 1024;

  /// Units whose first tweaks are made at once: a call of AES takes as long as a kilobyte of it.
  private static final int FIRST_TWEAKS = 32;

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

  JdkXtsLane(SecretBytes dataKey, SecretBytes tweakKey, int unitBytes) {
    encryption = dataKey.apply(key -> new AesEcb(Cipher.ENCRYPT_MODE, key));
    decryption = dataKey.apply(key -> new AesEcb(Cipher.DECRYPT_MODE, key));
    tweakEncryption = tweakKey.apply(key -> new AesEcb(Cipher.ENCRYPT_MODE, key));
    this.unitBytes = unitBytes;
    unitWords = unitBytes / Long.BYTES;
    batchUnits = Math.clamp(BATCH_BYTES / unitBytes, 1, FIRST_TWEAKS);
    unitNumbers = new byte[FIRST_TWEAKS * XtsTweaks.BLOCK_BYTES];
    firstTweaks = new byte[FIRST_TWEAKS * XtsTweaks.BLOCK_BYTES];
    tweaks = new long[batchUnits * unitWords];
    masked = new byte[batchUnits * unitBytes];
    transformed = new byte[batchUnits * unitBytes];
  }

  @Override
  public void encrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
    run(encryption, firstUnit, source, target);
  }

  @Override
  public void decrypt(long firstUnit, ByteBuffer source, ByteBuffer target) {
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

  /// The positions are those of the beginning until the end, as the buffers may be the same one.
  private void run(AesEcb aes, long firstUnit, ByteBuffer source, ByteBuffer target) {
    int start = source.position();
    int end = source.limit();
    int toTarget = target.position() - start;
    for (int from = start; from < end; ) {
      int units = Math.min(FIRST_TWEAKS, (end - from) / unitBytes);
      makeFirstTweaks(firstUnit + (from - start) / unitBytes, units);
      for (int done = 0; done < units; done += batchUnits) {
        int count = Math.min(batchUnits, units - done);
        int lengthBytes = count * unitBytes;
        int at = from + done * unitBytes;
        expandTweaks(done, count);
        source.get(at, masked, 0, lengthBytes);
        XtsTweaks.mask(masked, tweaks, count * unitWords);
        aes.transform(masked, transformed, lengthBytes);
        XtsTweaks.mask(transformed, tweaks, count * unitWords);
        target.put(at + toTarget, transformed, 0, lengthBytes);
      }
      from += units * unitBytes;
    }
    source.position(end);
    target.position(end + toTarget);
  }

  private void makeFirstTweaks(long firstUnit, int units) {
    for (int i = 0; i < units; i++) {
      XtsTweaks.putUnitNumber(firstUnit + i, unitNumbers, i * XtsTweaks.BLOCK_BYTES);
    }
    tweakEncryption.transform(unitNumbers, firstTweaks, units * XtsTweaks.BLOCK_BYTES);
  }

  private void expandTweaks(int from, int units) {
    for (int i = 0; i < units; i++) {
      int first = (from + i) * XtsTweaks.BLOCK_BYTES;
      XtsTweaks.expand(firstTweaks, first, tweaks, i * unitWords, unitWords);
    }
  }
}
