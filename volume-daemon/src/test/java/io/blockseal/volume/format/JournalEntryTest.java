package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JournalEntryTest {
  private static final JournalSegment SEGMENT =
      new JournalSegment(2, 1 << 20, 3, "vol-1", 0x0102030405060708L);
  private static final int AT = JournalSegment.HEAD_BYTES;

  @ParameterizedTest
  @CsvSource({
    "DATA, 1, 4192",
    "DATA, 128, 528448",
    "RECORDS, 1, 100",
    "RECORDS, 128, 4672",
    "DISCARD, 1, 64",
    "DISCARD, 128, 64",
    "MARK, 0, 64"
  })
  void isReadAsItWasWritten(JournalEntry.Type type, int unitCount, int lengthBytes) {
    JournalLog log = new JournalLog(SEGMENT);
    log.append(JournalEntry.Type.DISCARD, 1, 1, 0, 1);
    JournalEntry entry = log.append(type, 0x0102030405L, unitCount, 0x1122334455667788L, 2);
    assertThat(entry.lengthBytes()).isEqualTo(lengthBytes);
    assertThat(JournalEntry.at(log.bytes, entry.offset(), SEGMENT)).isEqualTo(entry);
  }

  @Test
  void placesItsPartsOneBehindTheOther() {
    assertThat(JournalEntry.recordOffset(0)).isEqualTo(64);
    assertThat(JournalEntry.recordOffset(3)).isEqualTo(64 + 3 * 32);
    assertThat(JournalEntry.unitOffset(3, 0)).isEqualTo(JournalEntry.recordOffset(3));
    assertThat(JournalEntry.unitOffset(3, 2)).isEqualTo(64 + 3 * 32 + 2 * 4096);
    assertThat(JournalEntry.unitOffset(3, 3))
        .isEqualTo(JournalEntry.lengthBytes(JournalEntry.Type.DATA, 3));
    assertThat(JournalEntry.crcOffset(3, 0)).isEqualTo(JournalEntry.recordOffset(3));
    assertThat(JournalEntry.crcOffset(3, 3))
        .isEqualTo(JournalEntry.lengthBytes(JournalEntry.Type.RECORDS, 3));
    assertThat(JournalEntry.padded(64)).isEqualTo(64);
    assertThat(JournalEntry.padded(65)).isEqualTo(128);
  }

  @ParameterizedTest
  @CsvSource({"DATA, 1", "RECORDS, 2", "DISCARD, 3", "MARK, 0"})
  void isNotThereOnceAnyByteWasAltered(JournalEntry.Type type, int unitCount) {
    JournalLog log = new JournalLog(SEGMENT);
    JournalEntry entry = log.append(type, 9, unitCount, 77, 1);
    int end = AT + entry.lengthBytes();
    ByteFlips.Check absent =
        altered -> assertThat(JournalEntry.at(littleEndian(altered), AT, SEGMENT)).isNull();
    ByteFlips.everyValue(log.bytes.array(), AT, AT + JournalEntry.HEAD_BYTES, absent);
    ByteFlips.everyByte(log.bytes.array(), AT + JournalEntry.HEAD_BYTES, end, absent);
    ByteFlips.everyByte(
        log.bytes.array(),
        end,
        AT + JournalEntry.padded(entry.lengthBytes()) + 64,
        altered ->
            assertThat(JournalEntry.at(littleEndian(altered), AT, SEGMENT)).isEqualTo(entry));
  }

  /// Each with a checksum that is right.
  @ParameterizedTest
  @CsvSource({
    "0, 0x4e454a43",
    "4, 0",
    "4, 5",
    "4, -1",
    "4, 2",
    "4, 4",
    "8, 0x05060709",
    "16, 3",
    "24, 0",
    "24, 4160",
    "28, 0",
    "28, 63",
    "28, 4191",
    "28, 4193",
    "28, -64",
    "48, 0",
    "48, -1",
    "48, 2",
    "48, 129",
    "48, 134217729",
    "56, 0"
  })
  void isNotThereIfAFieldIsOutOfRange(int field, String value) {
    JournalLog log = new JournalLog(SEGMENT);
    log.append(JournalEntry.Type.DATA, 9, 1, 77, 1);
    log.bytes.putInt(AT + field, Integer.decode(value));
    mend(log.bytes);
    assertThat(JournalEntry.at(log.bytes, AT, SEGMENT)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"DATA", "RECORDS", "DISCARD"})
  void speaksOf128UnitsAtMost(JournalEntry.Type type) {
    JournalLog log = new JournalLog(SEGMENT);
    log.append(type, 0, 129, 0, 0);
    assertThat(JournalEntry.at(log.bytes, AT, SEGMENT)).isNull();
  }

  @Test
  void aMarkSpeaksOfNoUnits() {
    JournalLog log = new JournalLog(SEGMENT);
    log.append(JournalEntry.Type.MARK, 0, 1, 0, 0);
    assertThat(JournalEntry.at(log.bytes, AT, SEGMENT)).isNull();
  }

  @Test
  void isNotThereInAnotherSegmentOrSession() {
    JournalLog log = new JournalLog(SEGMENT);
    JournalEntry entry = log.append(JournalEntry.Type.DATA, 9, 1, 77, 1);
    assertThat(JournalEntry.at(log.bytes, AT, SEGMENT.successor(3, SEGMENT.session()))).isNull();
    assertThat(JournalEntry.at(log.bytes, AT, new JournalSegment(2, 1 << 20, 3, "vol-1", 8)))
        .isNull();
    log.bytes.put(AT + 8192, log.bytes, AT, entry.lengthBytes());
    assertThat(JournalEntry.at(log.bytes, AT + 8192, SEGMENT)).isNull();
  }

  @Test
  void isNotThereIfItReachesBeyondTheSegment() {
    JournalLog log = new JournalLog(SEGMENT);
    JournalEntry entry = log.append(JournalEntry.Type.DATA, 9, 1, 77, 1);
    byte[] bytes = log.bytes.array();
    int end = AT + entry.lengthBytes();
    assertThat(JournalEntry.at(littleEndian(Arrays.copyOf(bytes, end)), AT, SEGMENT))
        .isEqualTo(entry);
    for (int cut : new int[] {end - 1, AT + 64, AT + 63, AT + 1, AT}) {
      assertThat(JournalEntry.at(littleEndian(Arrays.copyOf(bytes, cut)), AT, SEGMENT)).isNull();
    }
    assertThat(JournalEntry.at(log.bytes, SEGMENT.segmentBytes(), SEGMENT)).isNull();
  }

  private static void mend(ByteBuffer bytes) {
    bytes.putInt(AT + 60, Checksums.of(bytes, AT, 60));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
