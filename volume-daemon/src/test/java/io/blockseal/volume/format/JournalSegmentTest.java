package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JournalSegmentTest {
  private static final int SEGMENT_BYTES = 128 << 10;
  private static final long FILE_BYTES = 2L * SEGMENT_BYTES;
  private static final int FIELDS_BYTES = 104;
  private static final JournalSegment SEGMENT =
      new JournalSegment(7, SEGMENT_BYTES, 3, "vol-1", -5);

  @Test
  void isReadAsItWasWritten() throws FormatException {
    assertThat(SEGMENT.head()).hasSize(4096);
    assertThat(JournalSegment.parse(SEGMENT.head(), 1, FILE_BYTES)).isEqualTo(SEGMENT);
    JournalSegment longId = new JournalSegment(0, SEGMENT_BYTES, -1, "v".repeat(64), 1);
    assertThat(JournalSegment.parse(longId.head(), 0, FILE_BYTES)).isEqualTo(longId);
  }

  @Test
  void liesInItsHalf() {
    assertThat(SEGMENT.fileOffset()).isEqualTo(SEGMENT_BYTES);
    assertThat(SEGMENT.next().fileOffset()).isZero();
    assertThat(SEGMENT.next()).isEqualTo(new JournalSegment(8, SEGMENT_BYTES, 3, "vol-1", -5));
    assertThat(SEGMENT.successor(4, 6))
        .isEqualTo(new JournalSegment(9, SEGMENT_BYTES, 4, "vol-1", 6));
    assertThat(SEGMENT.position(100)).isEqualTo(7L * SEGMENT_BYTES + 100);
    assertThat(SEGMENT.next().position(0)).isEqualTo(SEGMENT.position(SEGMENT_BYTES));
  }

  @Test
  void refusesEveryAlteredByteThatCounts() {
    byte[] head = SEGMENT.head();
    ByteFlips.everyValue(
        head,
        0,
        FIELDS_BYTES,
        altered ->
            ByteFlips.assertRefused(
                candidate -> JournalSegment.parse(candidate, 1, FILE_BYTES), altered));
    ByteFlips.everyByte(
        head,
        FIELDS_BYTES,
        head.length,
        altered -> assertThat(JournalSegment.parse(altered, 1, FILE_BYTES)).isEqualTo(SEGMENT));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "8, 2", "8, 0"})
  void refusesAnotherMagicOrVersion(int field, int value) {
    byte[] head = SEGMENT.head();
    fields(head).putInt(field, value);
    assertThatThrownBy(() -> JournalSegment.parse(mended(head), 1, FILE_BYTES))
        .isInstanceOf(FormatException.class)
        .hasMessage("half 1 of the journal has no magic, or is of another version");
  }

  @Test
  void refusesAHeadThatIsTooShortOrFailsItsChecksum() {
    assertThatThrownBy(
            () -> JournalSegment.parse(Arrays.copyOf(SEGMENT.head(), 4095), 1, FILE_BYTES))
        .isInstanceOf(FormatException.class);
    byte[] head = SEGMENT.head();
    head[92] ^= 1;
    assertThatThrownBy(() -> JournalSegment.parse(head, 1, FILE_BYTES))
        .isInstanceOf(FormatException.class)
        .hasMessage("head of half 1 of the journal fails its checksum");
  }

  @ParameterizedTest
  @CsvSource({
    "6, 131072, 262144",
    "-1, 131072, 262144",
    "-9223372036854775807, 131072, 262144",
    "7, 131072, 262143",
    "7, 131072, 131072",
    "7, 65535, 131070",
    "7, 134217729, 268435458",
    "7, 0, 0",
    "7, -131072, -262144",
    "7, -2147483648, 0"
  })
  void refusesASegmentThatDoesNotBelongThere(long number, int segmentBytes, long fileBytes) {
    byte[] head = SEGMENT.head();
    fields(head).putLong(16, number).putInt(12, segmentBytes);
    assertThatThrownBy(() -> JournalSegment.parse(mended(head), 1, fileBytes))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "half 1 of the journal of %d bytes says that it is segment %d of %d bytes",
            fileBytes, number, segmentBytes);
  }

  private static byte[] mended(byte[] head) {
    fields(head).putInt(100, Checksums.of(head, 0, 100));
    return head;
  }

  private static ByteBuffer fields(byte[] head) {
    return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
  }
}
