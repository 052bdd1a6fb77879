package io.blockseal.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What each unit of a volume's windows may hold.
///
/// A unit is used by one thread at a time; the time of the last flush is shared.
final class Oracle {
  private final Windows windows;
  private final List<UnitHistory> units = new ArrayList<>();
  private volatile long flushedNs = UnitHistory.ALWAYS;

  private Oracle(Windows windows) {
    this.windows = windows;
  }

  /// Of a new volume.
  static Oracle ofZeros(Windows windows) {
    Oracle oracle = new Oracle(windows);
    for (int i = 0; i < windows.units(); i++) {
      oracle.units.add(new UnitHistory(Set.of(UnitState.ZEROS)));
    }
    return oracle;
  }

  /// Of a volume that was made from a snapshot and that nobody has read.
  static Oracle of(Moment moment) {
    Oracle oracle = new Oracle(moment.windows());
    for (int i = 0; i < moment.windows().units(); i++) {
      oracle.units.add(new UnitHistory(moment.possible(i)));
    }
    return oracle;
  }

  Windows windows() {
    return windows;
  }

  UnitHistory unit(int index) {
    return units.get(index);
  }

  /// A request to the sectors from `fromSector` to `toSector`, counted from those of unit `index`.
  void begin(int index, int fromSector, int toSector, long version) {
    long nowNs = System.nanoTime();
    for (int at = fromSector; at < toSector; ) {
      int sector = at % UnitState.SECTORS;
      int end = Math.min(UnitState.SECTORS, sector + toSector - at);
      UnaryOperator<UnitState> change = state -> state.with(sector, end, version);
      units.get(index + at / UnitState.SECTORS).begin(change, nowNs);
      at += end - sector;
    }
  }

  void answered(int index, int fromSector, int toSector) {
    long nowNs = System.nanoTime();
    for (int i = fromSector / UnitState.SECTORS; i * UnitState.SECTORS < toSector; i++) {
      units.get(index + i).answered(nowNs);
    }
  }

  /// A flush that began at this time was answered.
  void flushed(long beganNs) {
    synchronized (this) {
      flushedNs = Math.max(flushedNs, beganNs);
    }
  }

  /// Nothing that is under way will be answered.
  void settle() {
    units.forEach(UnitHistory::unanswered);
  }

  /// What a snapshot taken by a call between these times may hold; to be asked once all is settled
  /// and before anything is observed.
  Moment moment(long fromNs, long toNs) {
    return new Moment(
        windows, fromNs, toNs, units.stream().map(unit -> unit.between(fromNs, toNs)).toList());
  }

  /// Judges what was read of every unit, and goes on from there.
  void observe(String volume, List<UnitState> seen, List<Finding> findings) {
    for (int i = 0; i < units.size(); i++) {
      String where = "%s, unit %d".formatted(volume, windows.unit(i));
      units.get(i).observed(where, seen.get(i), flushedNs).ifPresent(findings::add);
    }
    flushedNs = UnitHistory.ALWAYS;
  }
}
