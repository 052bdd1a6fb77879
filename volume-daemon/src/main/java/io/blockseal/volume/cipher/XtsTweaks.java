package io.blockseal.volume.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The tweak stream of XTS: for block `j` of a unit, `T(j) = T(0) * a^j` in GF(2^128), where `a` is
/// the polynomial x and the field is reduced by x^128 + x^7 + x^2 + x + 1 (IEEE 1619-2007, 5.2).
///
/// A tweak is 16 bytes, little-endian: bit i of the number is the coefficient of x^i. Here it is
/// two longs, the low one first. No step branches on, or indexes memory by, a tweak. Stateless.
final class XtsTweaks {
  static final int BLOCK_BYTES = 16;

  /// The longs of one tweak.
  static final int BLOCK_WORDS = 2;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// x^128 reduced: x^7 + x^2 + x + 1.
  private static final long REDUCTION = 0x87;

  /// The words of 64 tweaks: how far the two chains of [#expand] are apart.
  private static final int CHAIN_WORDS = 64 * BLOCK_WORDS;

  private XtsTweaks() {}

  /// Writes the number of a unit as the 16 bytes that key 2 encrypts into T(0).
  static void putUnitNumber(long unit, byte[] target, int offset) {
    LONGS.set(target, offset, unit);
    LONGS.set(target, offset + 8, 0L);
  }

  /// Fills `words` words of `tweaks`, from `offset` on, with T(0), T(1), ... of one unit.
  ///
  /// Doubling is a chain in which each tweak waits for the one before. Two chains run side by side,
  /// the second 64 tweaks ahead, because a core has room for both.
  ///
  /// @param first holds T(0) at `firstOffset`
  static void expand(byte[] first, int firstOffset, long[] tweaks, int offset, int words) {
    long low = (long) LONGS.get(first, firstOffset);
    long high = (long) LONGS.get(first, firstOffset + 8);
    int at = offset;
    int end = offset + words;
    while (end - at >= 2 * CHAIN_WORDS) {
      // T * a^64: the high word overflows the field whole, and its product once more by 7 bits.
      long aheadLow = high ^ (high << 1) ^ (high << 2) ^ (high << 7);
      long aheadHigh = low ^ (high >>> 63) ^ (high >>> 62) ^ (high >>> 57);
      for (int i = at; i < at + CHAIN_WORDS; i += BLOCK_WORDS) {
        tweaks[i] = low;
        tweaks[i + 1] = high;
        tweaks[i + CHAIN_WORDS] = aheadLow;
        tweaks[i + CHAIN_WORDS + 1] = aheadHigh;
        long carry = (high >> 63) & REDUCTION;
        high = (high << 1) | (low >>> 63);
        low = (low << 1) ^ carry;
        carry = (aheadHigh >> 63) & REDUCTION;
        aheadHigh = (aheadHigh << 1) | (aheadLow >>> 63);
        aheadLow = (aheadLow << 1) ^ carry;
      }
      low = aheadLow;
      high = aheadHigh;
      at += 2 * CHAIN_WORDS;
    }
    for (int i = at; i < end; i += BLOCK_WORDS) {
      tweaks[i] = low;
      tweaks[i + 1] = high;
      long carry = (high >> 63) & REDUCTION;
      high = (high << 1) | (low >>> 63);
      low = (low << 1) ^ carry;
    }
  }

  /// XORs the first `words` words of `tweaks` into as many little-endian longs of `data`.
  static void mask(byte[] data, long[] tweaks, int words) {
    for (int i = 0; i < words; i++) {
      LONGS.set(data, i * Long.BYTES, (long) LONGS.get(data, i * Long.BYTES) ^ tweaks[i]);
    }
  }
}
