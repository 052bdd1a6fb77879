package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One journal segment that tests fill entry by entry. Confined to one test.
final class JournalLog {
  final JournalSegment segment;
  final ByteBuffer bytes;
  private int tail = JournalSegment.HEAD_BYTES;

  JournalLog(JournalSegment segment) {
    this.segment = segment;
    bytes = ByteBuffer.allocate(segment.segmentBytes()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(0, segment.head());
  }

  /// Appends an entry, every byte of whose body is `fill`.
  JournalEntry append(
      JournalEntry.Type type, long firstUnit, int unitCount, long durable, int fill) {
    int length = JournalEntry.lengthBytes(type, unitCount);
    ByteBuffer entry = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(entry.array(), JournalEntry.HEAD_BYTES, length, (byte) fill);
    JournalEntry head =
        new JournalEntry(type, tail, length, durable, firstUnit, unitCount, 4096 + 64 * fill);
    putHead(head, entry, segment, JournalEntry.bodyCrc(entry, length));
    bytes.put(tail, entry.array());
    tail += type == JournalEntry.Type.MARK ? 0 : JournalEntry.padded(length);
    return head;
  }

  /// Fills in the head of what is to be parsed as `parsed`.
  static void putHead(JournalEntry parsed, ByteBuffer entry, JournalSegment segment, int bodyCrc) {
    JournalEntry.putHead(
        entry,
        segment,
        parsed.type(),
        parsed.offset(),
        parsed.durable(),
        parsed.firstUnit(),
        parsed.unitCount(),
        parsed.previousEnd(),
        bodyCrc);
  }

  /// Where the next entry begins.
  int tail() {
    return tail;
  }

  JournalScan scan() {
    return JournalScan.of(segment, bytes);
  }
}
