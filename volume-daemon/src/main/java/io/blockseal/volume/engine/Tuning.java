package io.blockseal.volume.engine;

import io.blockseal.volume.format.JournalSegment;

/// The bounds of a volume's journal. Immutable.
///
/// @param journalBytes the length of a new journal file; an existing one gets it when its volume is
///   opened that was closed properly
/// @param indexedUnits how many units may wait in one segment for their way home
/// @param straightUnits how many unwritten units in a row go home at once instead of through the
///   journal
/// @param inBackground whether checkpoints run beside the requests; if not, they run on the request
///   that needs room, and a test can repeat what happened
/// @param adoptedPages from how many tag pages on, which came from a snapshot, the tag tree learns
///   of them; after a crash those which it did not know have to be looked for in the snapshot
record Tuning(
    int journalBytes, int indexedUnits, int straightUnits, boolean inBackground, int adoptedPages) {
  /// Each checkpoint costs half a dozen syncs, and a tag page for every chunk that a random write
  /// of its segment hit. Twice as much shares them among twice as many writes, and is still
  /// replayed in less than a second.
  static final int MAX_JOURNAL_BYTES = 128 << 20;

  private static final int MIN_JOURNAL_BYTES = 4 << 20;

  /// 512 MiB of fresh data between two checkpoints, and at most some 8 MiB of memory a segment.
  private static final int INDEXED_UNITS = 131_072;

  /// From 32 KiB on, a second sync in the next flush costs less than writing everything twice.
  private static final int STRAIGHT_UNITS = 8;

  /// Half a gibibyte of chunks between two commits of the tree.
  private static final int ADOPTED_PAGES = 1024;

  Tuning {
    if (journalBytes < 2 * JournalSegment.MIN_SEGMENT_BYTES
        || journalBytes % (2 * Journal.PAGE_BYTES) != 0) {
      throw new IllegalArgumentException("journal of %d bytes".formatted(journalBytes));
    }
  }

  /// What suits a volume of `sizeBytes`: an eighth of it, 128 MiB from 1 GiB on.
  static Tuning forVolume(long sizeBytes) {
    long bytes = Math.clamp(sizeBytes / 8, MIN_JOURNAL_BYTES, MAX_JOURNAL_BYTES);
    int pages = (int) (bytes / (2 * Journal.PAGE_BYTES));
    return new Tuning(
        pages * 2 * Journal.PAGE_BYTES, INDEXED_UNITS, STRAIGHT_UNITS, true, ADOPTED_PAGES);
  }
}
