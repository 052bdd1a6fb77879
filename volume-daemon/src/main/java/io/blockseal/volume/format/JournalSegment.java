package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The head of a journal segment. The journal file of a GCM volume is two halves of the same
/// length; each holds one segment of an endless log, segment `n` in half `n mod 2`.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | magic: `BLKJOURN` |
/// | 8 | 4 | format version: 1 |
/// | 12 | 4 | length of a segment, head included: half of the file |
/// | 16 | 8 | segment number |
/// | 24 | 4 | epoch of the writable open that the journal belongs to |
/// | 28 | 64 | volume id, padded with zeros |
/// | 92 | 8 | session: random, drawn by each writable open; entries of another one are leftovers |
/// | 100 | 4 | CRC-32C of the 100 bytes before |
/// | 4096 | | entries, see [JournalEntry] |
///
/// The head fits a sector, so a crash leaves it old or new. Once everything in segment `n` is home
/// and durable, the head of segment `n + 2` is written over its head, which makes the half an empty
/// segment. Immutable.
///
/// @param number of the segment
/// @param segmentBytes the length of a segment
/// @param epoch of the writable open
/// @param session of the writable open
public record JournalSegment(
    long number, int segmentBytes, int epoch, String volumeId, long session) {
  public static final int HEAD_BYTES = 4096;

  /// The shortest segment that can hold an entry of one unit.
  public static final int MIN_SEGMENT_BYTES = 64 << 10;

  /// Recovery reads a segment into memory as a whole, so a forged one must not be of any length.
  public static final int MAX_SEGMENT_BYTES = 128 << 20;

  private static final long MAGIC = 0x4e52_554f_4a4b_4c42L;
  private static final int VERSION = 1;
  private static final int ID_BYTES = 64;
  private static final int FORMAT_VERSION = 8;
  private static final int SEGMENT_BYTES = 12;
  private static final int NUMBER = 16;
  private static final int EPOCH = 24;
  private static final int VOLUME_ID = 28;
  private static final int SESSION = 92;
  private static final int CRC = 100;

  /// Which half of the file holds segment `number`: 0 or 1.
  public static int half(long number) {
    return (int) (number & 1);
  }

  /// Where this segment begins in the file.
  public long fileOffset() {
    return (long) half(number) * segmentBytes;
  }

  /// The position in the log of a place in this segment: grows from entry to entry and from segment
  /// to segment.
  public long position(int offset) {
    return number * segmentBytes + offset;
  }

  /// This half as the next segment that it will hold.
  public JournalSegment successor(int newEpoch, long newSession) {
    return new JournalSegment(number + 2, segmentBytes, newEpoch, volumeId, newSession);
  }

  /// The segment behind this one, in the other half.
  public JournalSegment next() {
    return new JournalSegment(number + 1, segmentBytes, epoch, volumeId, session);
  }

  public byte[] head() {
    byte[] head = new byte[HEAD_BYTES];
    ByteBuffer fields =
        view(head)
            .putLong(0, MAGIC)
            .putInt(FORMAT_VERSION, VERSION)
            .putInt(SEGMENT_BYTES, segmentBytes)
            .putLong(NUMBER, number)
            .putInt(EPOCH, epoch)
            .putLong(SESSION, session);
    FixedText.put(fields, VOLUME_ID, ID_BYTES, volumeId);
    fields.putInt(CRC, Checksums.of(head, 0, CRC));
    return head;
  }

  /// What [#head] made, found in half `half` of a file of `fileBytes`.
  public static JournalSegment parse(byte[] head, int half, long fileBytes) throws FormatException {
    ByteBuffer fields = view(head);
    if (head.length < HEAD_BYTES
        || fields.getLong(0) != MAGIC
        || fields.getInt(FORMAT_VERSION) != VERSION) {
      throw new FormatException(
          "half %d of the journal has no magic, or is of another version".formatted(half));
    }
    if (Checksums.of(head, 0, CRC) != fields.getInt(CRC)) {
      throw new FormatException(
          "head of half %d of the journal fails its checksum".formatted(half));
    }
    JournalSegment segment =
        new JournalSegment(
            fields.getLong(NUMBER),
            fields.getInt(SEGMENT_BYTES),
            fields.getInt(EPOCH),
            FixedText.get(fields, VOLUME_ID, ID_BYTES),
            fields.getLong(SESSION));
    if (half(segment.number) != half
        || segment.number < 0
        || segment.segmentBytes < MIN_SEGMENT_BYTES
        || segment.segmentBytes > MAX_SEGMENT_BYTES
        || 2L * segment.segmentBytes != fileBytes) {
      throw new FormatException(
          "half %d of the journal of %d bytes says that it is segment %d of %d bytes"
              .formatted(half, fileBytes, segment.number, segment.segmentBytes));
    }
    return segment;
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
