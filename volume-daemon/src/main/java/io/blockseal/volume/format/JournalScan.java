package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What is found in one journal segment. Immutable.
///
/// @param segment its head
/// @param entries the valid entries from its beginning to the first place without one
/// @param end where those end
/// @param durable the greatest durable position that any valid entry names, also one behind `end`;
///   0 if there is none
/// @param previousEnd where, by them, the entries of the segment before end; 0 if there is none
public record JournalScan(
    JournalSegment segment, List<JournalEntry> entries, int end, long durable, int previousEnd) {
  public JournalScan {
    entries = List.copyOf(entries);
  }

  /// Looks through a segment.
  ///
  /// @param bytes the whole segment, little-endian
  public static JournalScan of(JournalSegment segment, ByteBuffer bytes) {
    List<JournalEntry> entries = new ArrayList<>();
    long durable = 0;
    int previousEnd = 0;
    int end = JournalSegment.HEAD_BYTES;
    JournalEntry entry = JournalEntry.at(bytes, end, segment);
    while (entry != null && entry.type() != JournalEntry.Type.MARK) {
      entries.add(entry);
      durable = Math.max(durable, entry.durable());
      previousEnd = entry.previousEnd();
      end += JournalEntry.padded(entry.lengthBytes());
      entry = JournalEntry.at(bytes, end, segment);
    }
    for (int at = end; at < bytes.capacity(); at += JournalEntry.ALIGNMENT) {
      JournalEntry stray = JournalEntry.at(bytes, at, segment);
      if (stray != null) {
        durable = Math.max(durable, stray.durable());
        previousEnd = stray.previousEnd();
      }
    }
    return new JournalScan(segment, entries, end, durable, previousEnd);
  }
}
