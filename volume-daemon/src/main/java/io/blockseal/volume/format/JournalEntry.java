package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One entry of a journal segment: a head and a body, at a multiple of 64, padded with zeros to the
/// next one.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 4 | magic: `BJEN` |
/// | 4 | 4 | type: 1 data, 2 records, 3 discard, 4 mark |
/// | 8 | 8 | session, as in the head of the segment |
/// | 16 | 8 | segment number |
/// | 24 | 4 | offset of this entry in its segment |
/// | 28 | 4 | length of head and body |
/// | 32 | 8 | durable position: all of the log before it was synced when this entry was written |
/// | 40 | 8 | first unit |
/// | 48 | 4 | number of units `n`, 1 to 128; 0 in a mark |
/// | 52 | 4 | where the entries of the segment before end |
/// | 56 | 4 | CRC-32C of the body; 0 if there is none |
/// | 60 | 4 | CRC-32C of the 60 bytes before |
///
/// | type | body |
/// |---|---|
/// | data | `n` records of 32 bytes, then `n` units of ciphertext |
/// | records | `n` records, then `n` CRC-32C of ciphertext (4 bytes each) that is at its home |
/// | discard, mark | nothing |
///
/// The entries of a unit are in the order of its writes, so the last one counts. *Data* replaces a
/// unit that was written before: it goes home later. *Records* completes a unit that was not: its
/// ciphertext went home at once; if it is not durable there (its CRC differs, and the entry is not
/// before the durable position of another one), the unit was never written. *Discard* makes units
/// unwritten. A *mark* stands behind the last entry after a sync, only for its durable position,
/// and is overwritten by the next entry. Immutable.
///
/// @param offset in the segment
/// @param lengthBytes of head and body
/// @param durable position of the log
/// @param previousEnd where the entries of the segment before end
public record JournalEntry(
    Type type,
    int offset,
    int lengthBytes,
    long durable,
    long firstUnit,
    int unitCount,
    int previousEnd) {
  /// What an entry says of its units.
  public enum Type {
    /// New content, in the entry.
    DATA(1),
    /// First content, at its home.
    RECORDS(2),
    /// Unwritten again.
    DISCARD(3),
    /// Nothing but a durable position.
    MARK(4);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    private static @Nullable Type of(int code) {
      return switch (code) {
        case 1 -> DATA;
        case 2 -> RECORDS;
        case 3 -> DISCARD;
        case 4 -> MARK;
        default -> null;
      };
    }
  }

  public static final int HEAD_BYTES = 64;
  public static final int ALIGNMENT = 64;
  public static final int RECORD_BYTES = 32;
  public static final int CRC_BYTES = 4;

  private static final int MAGIC = 0x4e454a42;
  private static final int TYPE = 4;
  private static final int SESSION = 8;
  private static final int SEGMENT = 16;
  private static final int OFFSET = 24;
  private static final int LENGTH = 28;
  private static final int DURABLE = 32;
  private static final int FIRST_UNIT = 40;
  private static final int UNIT_COUNT = 48;
  private static final int PREVIOUS_END = 52;
  private static final int BODY_CRC = 56;
  private static final int HEAD_CRC = 60;
  private static final int MAX_UNITS = 128;

  /// The length of head and body of an entry for `unitCount` units.
  public static int lengthBytes(Type type, int unitCount) {
    return HEAD_BYTES
        + switch (type) {
          case DATA -> unitCount * (RECORD_BYTES + VolumeHeader.UNIT_BYTES);
          case RECORDS -> unitCount * (RECORD_BYTES + CRC_BYTES);
          case DISCARD, MARK -> 0;
        };
  }

  /// `lengthBytes` rounded up to where the next entry begins.
  public static int padded(int lengthBytes) {
    return (lengthBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /// Where the record of the `i`-th unit is in an entry.
  public static int recordOffset(int i) {
    return HEAD_BYTES + i * RECORD_BYTES;
  }

  /// Where the ciphertext of the `i`-th unit is in a data entry.
  public static int unitOffset(int unitCount, int i) {
    return HEAD_BYTES + unitCount * RECORD_BYTES + i * VolumeHeader.UNIT_BYTES;
  }

  /// Where the CRC of the `i`-th unit is in a records entry.
  public static int crcOffset(int unitCount, int i) {
    return HEAD_BYTES + unitCount * RECORD_BYTES + i * CRC_BYTES;
  }

  /// The checksum of the body of the entry at the beginning of `entry`, for [#putHead].
  public static int bodyCrc(ByteBuffer entry, int lengthBytes) {
    return Checksums.of(entry, HEAD_BYTES, lengthBytes - HEAD_BYTES);
  }

  /// Fills in the head of the entry at the beginning of `entry`, whose body is there already. A
  /// write has one of these, so it makes no object.
  ///
  /// @param bodyCrc of [#bodyCrc], or 0 if there is no body
  public static void putHead(
      ByteBuffer entry,
      JournalSegment segment,
      Type type,
      int offset,
      long durable,
      long firstUnit,
      int unitCount,
      int previousEnd,
      int bodyCrc) {
    entry
        .putInt(0, MAGIC)
        .putInt(TYPE, type.code)
        .putLong(SESSION, segment.session())
        .putLong(SEGMENT, segment.number())
        .putInt(OFFSET, offset)
        .putInt(LENGTH, lengthBytes(type, unitCount))
        .putLong(DURABLE, durable)
        .putLong(FIRST_UNIT, firstUnit)
        .putInt(UNIT_COUNT, unitCount)
        .putInt(PREVIOUS_END, previousEnd)
        .putInt(BODY_CRC, bodyCrc)
        .putInt(HEAD_CRC, Checksums.of(entry, 0, HEAD_CRC));
  }

  /// The valid entry at `offset` of a segment; null if there is none.
  ///
  /// @param bytes the whole segment
  public static @Nullable JournalEntry at(ByteBuffer bytes, int offset, JournalSegment segment) {
    if (bytes.capacity() - offset < HEAD_BYTES
        || bytes.getInt(offset) != MAGIC
        || bytes.getLong(offset + SESSION) != segment.session()
        || bytes.getLong(offset + SEGMENT) != segment.number()
        || bytes.getInt(offset + OFFSET) != offset
        || bytes.getInt(offset + HEAD_CRC) != Checksums.of(bytes, offset, HEAD_CRC)) {
      return null;
    }
    Type type = Type.of(bytes.getInt(offset + TYPE));
    int unitCount = bytes.getInt(offset + UNIT_COUNT);
    int length = bytes.getInt(offset + LENGTH);
    if (type == null
        || unitCount < (type == Type.MARK ? 0 : 1)
        || unitCount > (type == Type.MARK ? 0 : MAX_UNITS)
        || length != lengthBytes(type, unitCount)
        || length > bytes.capacity() - offset
        || bytes.getInt(offset + BODY_CRC)
            != Checksums.of(bytes, offset + HEAD_BYTES, length - HEAD_BYTES)) {
      return null;
    }
    return new JournalEntry(
        type,
        offset,
        length,
        bytes.getLong(offset + DURABLE),
        bytes.getLong(offset + FIRST_UNIT),
        unitCount,
        bytes.getInt(offset + PREVIOUS_END));
  }

  /// The CRC of ciphertext, as a records entry keeps it.
  public static int unitCrc(ByteBuffer bytes, int offset) {
    return Checksums.of(bytes, offset, VolumeHeader.UNIT_BYTES);
  }
}
