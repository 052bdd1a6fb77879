package io.blockseal.stress;

import java.util.random.RandomGenerator;

/// Those parts of a volume that are written to: its beginning, one in the middle, its end. They are
/// small against the volume, so that units are written again and again and all of them can be read
/// after each kill. Immutable.
final class Windows {
  private static final int WINDOW_UNITS = 768;
  private static final int COUNT = 3;

  private final long sizeBytes;
  private final long[] firsts;

  private Windows(long sizeBytes, long... firsts) {
    this.sizeBytes = sizeBytes;
    this.firsts = firsts;
  }

  static Windows draw(long sizeBytes, RandomGenerator random) {
    long units = sizeBytes / UnitState.UNIT_BYTES;
    long middle = random.nextLong(WINDOW_UNITS, units - 2L * WINDOW_UNITS);
    return new Windows(sizeBytes, 0, middle, units - WINDOW_UNITS);
  }

  long sizeBytes() {
    return sizeBytes;
  }

  int units() {
    return COUNT * WINDOW_UNITS;
  }

  /// How many units from this one on lie beside each other.
  int run(int index) {
    return WINDOW_UNITS - index % WINDOW_UNITS;
  }

  /// The place of a unit in the volume.
  long unit(int index) {
    return firsts[index / WINDOW_UNITS] + index % WINDOW_UNITS;
  }

  /// Whether a unit of the volume lies outside.
  boolean outside(long unit) {
    for (long first : firsts) {
      if (unit >= first && unit < first + WINDOW_UNITS) {
        return false;
      }
    }
    return true;
  }
}
