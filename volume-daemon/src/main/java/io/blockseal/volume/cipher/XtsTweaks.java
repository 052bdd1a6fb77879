package io.blockseal.volume.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The tweak stream of XTS: for block `j` of a unit, `T(j) = T(0) * a^j` in GF(2^128), where `a` is
/// the polynomial x and the field is reduced by x^128 + x^7 + x^2 + x + 1 (IEEE 1619-2007, 5.2).
///
/// A tweak is 16 bytes, little-endian: bit i of the number is the coefficient of x^i. Stateless.
final class XtsTweaks {
  static final int BLOCK_BYTES = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// x^128 reduced: x^7 + x^2 + x + 1.
  private static final long REDUCTION = 0x87;

  private XtsTweaks() {}

  /// Writes the number of a unit as the 16 bytes that key 2 encrypts into T(0).
  static void putUnitNumber(long unit, byte[] target, int offset) {
    LONGS.set(target, offset, unit);
    LONGS.set(target, offset + 8, 0L);
  }

  /// Fills `tweaks[offset .. offset + unitBytes)` with T(0), T(1), ... of one unit.
  ///
  /// @param first the array that holds T(0) at `firstOffset`
  static void expand(byte[] first, int firstOffset, byte[] tweaks, int offset, int unitBytes) {
    long low = (long) LONGS.get(first, firstOffset);
    long high = (long) LONGS.get(first, firstOffset + 8);
    for (int at = offset; at < offset + unitBytes; at += BLOCK_BYTES) {
      LONGS.set(tweaks, at, low);
      LONGS.set(tweaks, at + 8, high);
      long carry = (high >> 63) & REDUCTION;
      high = (high << 1) | (low >>> 63);
      low = (low << 1) ^ carry;
    }
  }
}
