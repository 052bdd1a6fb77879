package io.blockseal.volume.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The one producer of the associated data of a unit.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 16 | lineage id |
/// | 16 | 8 | unit number, little-endian |
/// | 24 | 8 | epoch, little-endian |
///
/// The length is fixed, so no two tuples collide, and two blocks of GHASH, so it costs least. The
/// unit number makes a unit that was moved to another place fail, the lineage one that comes from a
/// foreign volume, the epoch one whose record names another key. Stateless.
final class UnitAad {
  static final int BYTES = 32;

  private static final int LINEAGE_BYTES = 16;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private UnitAad() {}

  static void put(byte[] lineageId, long unit, int epoch, byte[] aad) {
    System.arraycopy(lineageId, 0, aad, 0, LINEAGE_BYTES);
    LONGS.set(aad, LINEAGE_BYTES, unit);
    LONGS.set(aad, LINEAGE_BYTES + 8, Integer.toUnsignedLong(epoch));
  }
}
