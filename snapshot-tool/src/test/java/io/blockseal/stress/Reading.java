package io.blockseal.stress;

import io.blockseal.it.BlockFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads all units of a volume's windows, and says which of them cannot be read.
final class Reading {
  private static final int UNITS_AT_ONCE = 256;
  private static final UnitState NOTHING =
      UnitState.ZEROS.with(0, UnitState.SECTORS, UnitState.GARBAGE);

  private Reading() {}

  static List<UnitState> all(
      String volume, Path file, Windows windows, boolean direct, List<Finding> findings)
      throws BlockFile.Failure {
    List<UnitState> seen = new ArrayList<>(windows.units());
    try (BlockFile open = BlockFile.open(file, direct, UNITS_AT_ONCE * UnitState.UNIT_BYTES)) {
      while (seen.size() < windows.units()) {
        int index = seen.size();
        read(
            volume,
            open,
            windows,
            index,
            Math.min(UNITS_AT_ONCE, windows.run(index)),
            seen,
            findings);
      }
    }
    return seen;
  }

  /// All of them at once, or one by one if that fails.
  private static void read(
      String volume,
      BlockFile open,
      Windows windows,
      int index,
      int units,
      List<UnitState> seen,
      List<Finding> findings) {
    long unit = windows.unit(index);
    try {
      open.read(unit * UnitState.UNIT_BYTES, units * UnitState.UNIT_BYTES);
    } catch (BlockFile.Failure e) {
      if (units == 1) {
        findings.add(
            new Finding(
                Finding.Kind.UNREADABLE,
                "%s, unit %d: %s".formatted(volume, unit, e.getMessage())));
        seen.add(NOTHING);
        return;
      }
      for (int i = 0; i < units; i++) {
        read(volume, open, windows, index + i, 1, seen, findings);
      }
      return;
    }
    for (int i = 0; i < units; i++) {
      seen.add(UnitState.read(open.buffer(), i * UnitState.UNIT_BYTES, unit + i));
    }
  }

  /// Reads what lies outside the windows, which nobody ever wrote to.
  static void outside(String volume, Path file, Windows windows, List<Finding> findings)
      throws BlockFile.Failure {
    try (BlockFile open = BlockFile.open(file, true, UNITS_AT_ONCE * UnitState.UNIT_BYTES)) {
      for (long unit = 0; unit < windows.sizeBytes() / UnitState.UNIT_BYTES; unit++) {
        int at = (int) (unit % UNITS_AT_ONCE);
        if (at == 0) {
          open.read(unit * UnitState.UNIT_BYTES, UNITS_AT_ONCE * UnitState.UNIT_BYTES);
        }
        if (windows.outside(unit)
            && !open.isZero(at * UnitState.UNIT_BYTES, UnitState.UNIT_BYTES)) {
          findings.add(
              new Finding(
                  Finding.Kind.WRONG_BYTES,
                  "%s, unit %d was never written and is not zeros".formatted(volume, unit)));
        }
      }
    }
  }
}
