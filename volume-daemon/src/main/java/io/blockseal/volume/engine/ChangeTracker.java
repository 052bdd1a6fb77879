package io.blockseal.volume.engine;

import io.blockseal.volume.format.ChangedChunks;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Which chunks may differ from the last snapshot that was confirmed.
///
/// Every cut starts a new *interval*; a chunk is counted in the interval in which it was written.
/// Intervals are forgotten when a snapshot cut after them is confirmed, and never for any other
/// reason, so a cut that came to nothing costs nothing but copies. Thread-safe.
final class ChangeTracker {
  /// The number of a cut that no interval belongs to; confirming it changes nothing.
  static final long UNTRACKED = 0;

  /// The chunks written between two cuts.
  ///
  /// @param number of the cut that ended it
  private record Interval(long number, BitSet chunks) {}

  /// The snapshot that all intervals together count from; null for an empty volume.
  private @Nullable String base;

  /// Intervals that cuts have ended, oldest first.
  private final Deque<Interval> ended = new ArrayDeque<>();

  private BitSet current;
  private long cuts;

  private ChangeTracker(@Nullable String base, BitSet current) {
    this.base = base;
    this.current = current;
  }

  /// Counting on from what was noted when the volume was closed.
  static ChangeTracker from(ChangedChunks noted) {
    return new ChangeTracker(noted.baseSnapshotId(), (BitSet) noted.chunks().clone());
  }

  /// Of a volume of which nothing is known but that `chunks` may differ from `base`.
  static ChangeTracker assuming(@Nullable String base, BitSet chunks) {
    return new ChangeTracker(base, (BitSet) chunks.clone());
  }

  /// `chunk` is about to change.
  synchronized void add(long chunk) {
    current.set((int) chunk);
  }

  /// What a cut begins with.
  ///
  /// @param number the cut, for [#confirm]
  /// @param parent the snapshot that `changed` counts from
  record Start(long number, @Nullable String parent, ChunkSet changed) {}

  /// Ends the current interval; called with all chunks locked.
  synchronized Start cut() {
    ended.addLast(new Interval(++cuts, current));
    BitSet changed = new BitSet();
    ended.forEach(interval -> changed.or(interval.chunks()));
    current = new BitSet();
    return new Start(cuts, base, ChunkSet.ofBits(changed));
  }

  /// The state at cut `number` is safe as `snapshotId`: count from there, unless a later one is
  /// confirmed already.
  synchronized void confirm(long number, String snapshotId) {
    if (ended.isEmpty() || ended.getFirst().number() > number) {
      return;
    }
    while (!ended.isEmpty() && ended.getFirst().number() <= number) {
      ended.removeFirst();
    }
    base = snapshotId;
  }

  /// What is to be noted when the volume is closed.
  synchronized ChangedChunks note(long sequence, String volumeId) {
    BitSet changed = (BitSet) current.clone();
    ended.forEach(interval -> changed.or(interval.chunks()));
    return new ChangedChunks(sequence, volumeId, base, changed);
  }
}
