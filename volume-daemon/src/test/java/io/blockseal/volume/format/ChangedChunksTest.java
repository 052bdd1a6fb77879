package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChangedChunksTest {
  private static final ChangedChunks CHANGED =
      new ChangedChunks(7, "vol-1", "snap-1", chunks(0, 9, 64, 70));

  @Test
  void isReadAsItWasWritten() throws FormatException {
    assertThat(ChangedChunks.parse(CHANGED.toBytes())).isEqualTo(CHANGED);
    ChangedChunks none = new ChangedChunks(Long.MAX_VALUE, "v".repeat(64), null, chunks());
    assertThat(none.toBytes()).hasSize(164);
    assertThat(ChangedChunks.parse(none.toBytes())).isEqualTo(none);
    ChangedChunks longest = new ChangedChunks(1, "v", "s".repeat(64), chunks(100_000));
    assertThat(ChangedChunks.parse(longest.toBytes())).isEqualTo(longest);
  }

  @Test
  void refusesEveryAlteredByte() {
    byte[] bytes = CHANGED.toBytes();
    ByteFlips.everyValue(
        bytes, 0, bytes.length, altered -> ByteFlips.assertRefused(ChangedChunks::parse, altered));
  }

  @Test
  void refusesEveryOtherLength() {
    byte[] bytes = CHANGED.toBytes();
    for (int length = 0; length < bytes.length + 200; length++) {
      byte[] other = Arrays.copyOf(bytes, length);
      if (length != bytes.length) {
        assertThatThrownBy(() -> ChangedChunks.parse(other)).isInstanceOf(FormatException.class);
      }
    }
    assertThatThrownBy(() -> ChangedChunks.parse(new byte[163]))
        .hasMessage("set of changed chunks of 163 bytes");
  }

  /// Each with a checksum that is right.
  @ParameterizedTest
  @CsvSource({
    "0, 1, has no magic",
    "8, 2, is of another version",
    "8, 0, is of another version",
    "152, 8, fails its checksum",
    "152, -1, fails its checksum",
    "156, 1, fails its checksum"
  })
  void refusesFieldsThatAreOutOfRange(int field, int value, String rule) {
    byte[] bytes = CHANGED.toBytes();
    ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(field, value);
    int covered = bytes.length - 4;
    fields.putInt(covered, Checksums.of(bytes, 0, covered));
    assertThatThrownBy(() -> ChangedChunks.parse(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("set of changed chunks ")
        .hasMessageContaining(rule);
  }

  @Test
  void namesADamagedOne() {
    byte[] bytes = CHANGED.toBytes();
    bytes[160] ^= 1;
    assertThatThrownBy(() -> ChangedChunks.parse(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessage("set of changed chunks fails its checksum");
  }

  private static BitSet chunks(int... numbers) {
    BitSet chunks = new BitSet();
    for (int number : numbers) {
      chunks.set(number);
    }
    return chunks;
  }
}
