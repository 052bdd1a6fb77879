package io.blockseal.volume.cipher;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The record that GCM keeps of every unit; 128 of them make a tag page. All integers are
/// little-endian.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 4 | epoch: which key sealed the unit; 0: the unit was never written; 2^31: suspect |
/// | 4 | 12 | nonce, as [UnitNonce] lays it out |
/// | 16 | 16 | tag |
///
/// A *suspect* record is that of a unit of which nobody can tell any more whether it is what was
/// written last, because its tag page failed the authentication of the tag tree. What else is in it
/// are zeros; the unit is unreadable until it is written as a whole, or discarded.
///
/// The methods read at the position of a buffer and do not move it. Stateless.
public final class UnitRecord {
  public static final int BYTES = 32;

  /// The epoch of a unit that was never written. No cipher may have it.
  public static final int UNWRITTEN = 0;

  /// The epoch of a suspect record. No cipher may have it.
  public static final int SUSPECT = 0x8000_0000;

  static final int EPOCH_OFFSET = 0;
  static final int NONCE_OFFSET = 4;
  static final int TAG_OFFSET = 16;
  static final int TAG_BYTES = 16;

  private UnitRecord() {}

  /// The epoch, as an unsigned integer, of the record at the position of `record`.
  public static int epoch(ByteBuffer record) {
    return littleEndian(record.getInt(record.position() + EPOCH_OFFSET), record);
  }

  /// The counter inside its epoch that sealed the unit: of two records of one unit and epoch, the
  /// one with the greater (unsigned) counter is the newer.
  public static long counter(ByteBuffer record) {
    long counter = record.getLong(record.position() + NONCE_OFFSET);
    return record.order() == ByteOrder.LITTLE_ENDIAN ? counter : Long.reverseBytes(counter);
  }

  /// Whether the unit of this record was ever written.
  public static boolean written(ByteBuffer record) {
    return epoch(record) != UNWRITTEN;
  }

  /// Why the unit cannot be read of whose epoch there is no cipher.
  ///
  /// @param lastEpoch the last one that there is
  public static String reasonAgainst(int epoch, int lastEpoch) {
    return epoch == SUSPECT
        ? "its tag page fails the authentication of the tag tree"
        : "its record names epoch %s of %d".formatted(Integer.toUnsignedString(epoch), lastEpoch);
  }

  /// Makes every record of a tag page, which begins at 0, suspect.
  public static void makeSuspect(ByteBuffer tagPage, int records) {
    for (int i = 0; i < records; i++) {
      tagPage.putInt(i * BYTES + EPOCH_OFFSET, littleEndian(SUSPECT, tagPage));
      tagPage.putInt(i * BYTES + NONCE_OFFSET, 0);
      for (int at = NONCE_OFFSET + Integer.BYTES; at < BYTES; at += Long.BYTES) {
        tagPage.putLong(i * BYTES + at, 0);
      }
    }
  }

  private static int littleEndian(int value, ByteBuffer record) {
    return record.order() == ByteOrder.LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
  }
}
