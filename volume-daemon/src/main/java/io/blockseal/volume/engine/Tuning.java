package io.blockseal.volume.engine;

/// The bounds of a volume's journal. Immutable.
///
/// @param journalBytes the length of a new journal file; that of an existing one stays
/// @param indexedUnits how many units may wait in one half of the journal for their way home
record Tuning(int journalBytes, int indexedUnits) {
  /// 64 MiB: a second's worth of writes of a fast disk, and soon replayed. 131,072 units: 512 MiB
  /// of fresh data between two checkpoints, and at most some 12 MiB of memory.
  static final Tuning DEFAULT = new Tuning(64 << 20, 131_072);
}
