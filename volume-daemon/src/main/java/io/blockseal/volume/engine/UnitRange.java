package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;

/// The whole units that a byte range touches. Immutable.
///
/// @param first the first unit
/// @param count how many units
/// @param head bytes of the first unit before the range
/// @param tail bytes of the last unit behind the range
record UnitRange(long first, int count, int head, int tail) {
  static UnitRange of(long offset, int lengthBytes) {
    long first = offset / Geometry.UNIT_BYTES;
    long end = (offset + lengthBytes + Geometry.UNIT_BYTES - 1) / Geometry.UNIT_BYTES;
    return new UnitRange(
        first,
        (int) (end - first),
        (int) (offset % Geometry.UNIT_BYTES),
        (int) (end * Geometry.UNIT_BYTES - offset - lengthBytes));
  }

  /// How many bytes of a request for `lengthBytes` at `offset` lie in its first `maxUnits` units. A
  /// piece of it ends where a unit ends, so that no unit is changed by two of them: a crash in
  /// between would leave it neither old nor new.
  static int pieceBytes(long offset, long lengthBytes, int maxUnits) {
    long end = (offset / Geometry.UNIT_BYTES + maxUnits) * Geometry.UNIT_BYTES;
    return (int) Math.min(lengthBytes, end - offset);
  }

  /// Whether the range is nothing but whole units.
  boolean aligned() {
    return head == 0 && tail == 0;
  }

  int bytes() {
    return count * Geometry.UNIT_BYTES;
  }

  long last() {
    return first + count - 1;
  }
}
