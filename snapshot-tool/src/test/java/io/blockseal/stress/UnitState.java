package io.blockseal.stress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/// What a unit of 4 KiB holds: of each of its eight sectors, which write it is from.
///
/// A sector that was written says itself which write that was and where it belongs; the rest of it
/// follows from that, so that every byte is checked. Version 0 is a sector of zeros. Immutable.
final class UnitState {
  static final int UNIT_BYTES = 4096;
  static final int SECTOR_BYTES = 512;
  static final int SECTORS = UNIT_BYTES / SECTOR_BYTES;

  /// Never written, or discarded.
  static final UnitState ZEROS = new UnitState(new long[SECTORS]);

  /// Of a sector that is no version's content.
  static final long GARBAGE = -1;

  private final long[] versions;

  private UnitState(long[] versions) {
    this.versions = versions;
  }

  static UnitState of(long... versions) {
    return new UnitState(versions.clone());
  }

  /// This with sectors `from` to `to`, exclusive, from another write.
  UnitState with(int from, int to, long version) {
    long[] next = versions.clone();
    Arrays.fill(next, from, to, version);
    return new UnitState(next);
  }

  long version(int sector) {
    return versions[sector];
  }

  boolean garbled() {
    return Arrays.stream(versions).anyMatch(version -> version == GARBAGE);
  }

  /// Fills the sector that begins at `at`.
  static void fill(ByteBuffer target, int at, long unit, int sector, long version) {
    SplittableRandom random = stream(unit, sector, version);
    target.putLong(at, version).putLong(at + 8, place(unit, sector));
    for (int i = 16; i < SECTOR_BYTES; i += 8) {
      target.putLong(at + i, random.nextLong());
    }
  }

  /// What the unit at `at` of `source` holds.
  static UnitState read(ByteBuffer source, int at, long unit) {
    source.order(ByteOrder.LITTLE_ENDIAN);
    long[] versions = new long[SECTORS];
    for (int sector = 0; sector < SECTORS; sector++) {
      versions[sector] = version(source, at + sector * SECTOR_BYTES, unit, sector);
    }
    return new UnitState(versions);
  }

  private static long version(ByteBuffer source, int at, long unit, int sector) {
    long version = source.getLong(at);
    if (version == 0) {
      for (int i = 8; i < SECTOR_BYTES; i += 8) {
        if (source.getLong(at + i) != 0) {
          return GARBAGE;
        }
      }
      return 0;
    }
    if (version < 0 || source.getLong(at + 8) != place(unit, sector)) {
      return GARBAGE;
    }
    SplittableRandom random = stream(unit, sector, version);
    for (int i = 16; i < SECTOR_BYTES; i += 8) {
      if (source.getLong(at + i) != random.nextLong()) {
        return GARBAGE;
      }
    }
    return version;
  }

  private static long place(long unit, int sector) {
    return unit * SECTORS + sector;
  }

  private static SplittableRandom stream(long unit, int sector, long version) {
    return new SplittableRandom(version * 0x9E3779B97F4A7C15L ^ place(unit, sector));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnitState state && Arrays.equals(versions, state.versions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(versions);
  }

  /// The version, or all of them where they differ.
  @Override
  public String toString() {
    boolean one = Arrays.stream(versions).allMatch(version -> version == versions[0]);
    return one ? Long.toString(versions[0]) : Arrays.toString(versions);
  }
}
