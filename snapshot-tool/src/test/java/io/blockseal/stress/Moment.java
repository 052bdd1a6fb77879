package io.blockseal.stress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a snapshot may hold: the volume as it was at one single time between the beginning and the
/// end of the call that made it. Immutable.
final class Moment {
  private record Interval(long fromNs, long toNs) {}

  private final Windows windows;
  private final long fromNs;
  private final long toNs;
  private final List<List<UnitHistory.Span>> units;

  Moment(Windows windows, long fromNs, long toNs, List<List<UnitHistory.Span>> units) {
    this.windows = windows;
    this.fromNs = fromNs;
    this.toNs = toNs;
    this.units = units;
  }

  Windows windows() {
    return windows;
  }

  /// Every content that unit `index` may have.
  Set<UnitState> possible(int index) {
    return units.get(index).stream()
        .flatMap(span -> span.states.stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Judges what was read of all units: there must be a time at which each of them held just that.
  Optional<Finding> judge(String what, List<UnitState> seen) {
    List<Interval> times = List.of(new Interval(fromNs, toNs));
    for (int i = 0; i < seen.size(); i++) {
      List<Interval> ofUnit = times(units.get(i), seen.get(i));
      List<Interval> both = intersection(times, ofUnit);
      if (both.isEmpty()) {
        return Optional.of(
            new Finding(
                Finding.Kind.SNAPSHOT,
                "%s: unit %d holds %s, %s"
                    .formatted(
                        what,
                        windows.unit(i),
                        seen.get(i),
                        ofUnit.isEmpty()
                            ? "possible were " + possible(i)
                            : "which it did at no time at which all before it held what they do")));
      }
      times = both;
    }
    return Optional.empty();
  }

  /// Ascending, with gaps between them.
  private static List<Interval> times(List<UnitHistory.Span> spans, UnitState seen) {
    List<Interval> times = new ArrayList<>();
    spans.stream()
        .filter(span -> span.states.contains(seen))
        .map(span -> new Interval(span.fromNs, span.untilNs))
        .sorted(Comparator.comparingLong(Interval::fromNs))
        .forEach(
            next -> {
              Interval last = times.isEmpty() ? null : times.getLast();
              if (last == null || next.fromNs > last.toNs) {
                times.add(next);
              } else if (next.toNs > last.toNs) {
                times.set(times.size() - 1, new Interval(last.fromNs, next.toNs));
              }
            });
    return times;
  }

  /// What two lists have in common of which each is ascending and has gaps; so is the result, which
  /// is no longer than both together.
  private static List<Interval> intersection(List<Interval> some, List<Interval> others) {
    List<Interval> both = new ArrayList<>();
    for (Interval one : some) {
      for (Interval other : others) {
        long from = Math.max(one.fromNs, other.fromNs);
        long to = Math.min(one.toNs, other.toNs);
        if (from <= to) {
          both.add(new Interval(from, to));
        }
      }
    }
    return both;
  }
}
