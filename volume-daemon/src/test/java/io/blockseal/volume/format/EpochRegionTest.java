package io.blockseal.volume.format;

import static io.blockseal.volume.format.EpochTableTest.salt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EpochRegionTest {
  private static final int ENTRIES = EpochRegion.HEAD_BYTES;
  private static final int HEAD_FIELDS = 24;

  @Test
  void fillsTheRoomBetweenHeaderAndData() {
    assertThat(EpochRegion.copyOffset(0)).isEqualTo(128 << 10);
    assertThat(EpochRegion.copyOffset(1)).isEqualTo(576 << 10);
    assertThat(EpochRegion.copyOffset(2)).isEqualTo(1 << 20);
    assertThat(EpochRegion.CAPACITY).isEqualTo(7104);
    assertThat(EpochRegion.entryOffset(0, 1)).isEqualTo((128 << 10) + 4096);
    assertThat(EpochRegion.entryOffset(1, 7104)).isEqualTo((1 << 20) - 64);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "0, 1", "1, 7104"})
  void isReadAsItWasWritten(int copy, int closedEpoch) throws FormatException {
    assertThat(EpochRegion.closedEpoch(EpochRegion.head(copy, closedEpoch), copy))
        .isEqualTo(closedEpoch);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void refusesEveryAlteredByteOfAHead(int copy) {
    byte[] head = EpochRegion.head(copy, 3);
    ByteFlips.everyValue(
        head,
        0,
        HEAD_FIELDS,
        altered ->
            ByteFlips.assertRefused(
                candidate -> EpochRegion.closedEpoch(candidate, copy), altered));
    ByteFlips.everyByte(
        head,
        HEAD_FIELDS,
        head.length,
        altered -> assertThat(EpochRegion.closedEpoch(altered, copy)).isEqualTo(3));
  }

  @Test
  void namesWhatIsWrongWithAHead() {
    assertHead(new byte[4096], "copy 0 of the epoch table has no magic, or is of another version");
    byte[] version = EpochRegion.head(0, 3);
    version[8] = 2;
    assertHead(mended(version), "copy 0 of the epoch table has no magic, or is of another version");
    assertHead(EpochRegion.head(1, 3), "head of copy 0 of the epoch table is damaged");
    byte[] closed = EpochRegion.head(0, 3);
    closed[16] = 4;
    assertHead(closed, "head of copy 0 of the epoch table is damaged");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7103, 7104})
  void readsItsTable(int epochs) throws FormatException {
    byte[] region = region(0, epochs);
    EpochTable table = EpochRegion.table(region, region(1, epochs));
    assertThat(table.lastEpoch()).isEqualTo(epochs);
    if (epochs > 0) {
      assertThat(table.salt(epochs)).isEqualTo(salt(epochs));
      assertThat(table.toBytes())
          .isEqualTo(Arrays.copyOfRange(region, ENTRIES, ENTRIES + epochs * 64));
    }
  }

  @Test
  void everyAlteredByteOfAnEntryIsTakenFromTheOtherCopy() throws FormatException {
    byte[] a = region(0, 3);
    byte[] b = region(1, 3);
    byte[] entries = EpochRegion.table(a, b).toBytes();
    ByteFlips.everyByte(
        a,
        ENTRIES,
        ENTRIES + 3 * 64,
        altered -> {
          assertThat(EpochRegion.table(altered, b).toBytes()).isEqualTo(entries);
          assertThat(EpochRegion.table(b, altered).toBytes()).isEqualTo(entries);
          assertThat(EpochRegion.sameEntries(altered, b)).isFalse();
        });
    assertThat(EpochRegion.sameEntries(a, b)).isTrue();
  }

  @Test
  void anEntryThatIsAlteredInBothCopiesIsRefused() {
    byte[] a = region(0, 3);
    byte[] b = region(1, 3);
    for (int at = ENTRIES + 64; at < ENTRIES + 128; at++) {
      byte[] alteredA = a.clone();
      byte[] alteredB = b.clone();
      alteredA[at] ^= 1;
      alteredB[at] ^= 2;
      assertThatThrownBy(() -> EpochRegion.table(alteredA, alteredB))
          .isInstanceOf(FormatException.class)
          .hasMessage("entry of epoch 2 is damaged in every copy");
    }
  }

  @Test
  void anEntryThatOneCopyLacksIsTakenFromTheOther() throws FormatException {
    byte[] a = region(0, 3);
    assertThat(EpochRegion.table(a, region(1, 2)).lastEpoch()).isEqualTo(3);
    assertThat(EpochRegion.table(region(0, 0), a).lastEpoch()).isEqualTo(3);
    Arrays.fill(a, ENTRIES, ENTRIES + 64, (byte) 0);
    assertThat(EpochRegion.table(a, region(1, 3)).lastEpoch()).isEqualTo(3);
  }

  @Test
  void copiesThatContradictEachOtherAreRefused() {
    byte[] b = region(1, 2);
    System.arraycopy(entry(2, salt(9)), 0, b, ENTRIES + 64, 64);
    assertThatThrownBy(() -> EpochRegion.table(region(0, 2), b))
        .isInstanceOf(FormatException.class)
        .hasMessage("the copies of the epoch table have different salts for epoch 2");
  }

  @Test
  void aGapIsRefused() {
    byte[] a = region(0, 3);
    byte[] b = region(1, 3);
    Arrays.fill(a, ENTRIES + 64, ENTRIES + 128, (byte) 0);
    Arrays.fill(b, ENTRIES + 64, ENTRIES + 128, (byte) 0);
    assertThatThrownBy(() -> EpochRegion.table(a, b))
        .isInstanceOf(FormatException.class)
        .hasMessage("epoch table has no entry for epoch 2, but for a later one");
  }

  @Test
  void whatIsUnusedInOneCopyIsUnused() throws FormatException {
    byte[] a = region(0, 3);
    byte[] b = region(1, 3);
    Random random = new Random(1);
    for (int epoch = 4; epoch <= EpochRegion.CAPACITY; epoch += epoch < 20 ? 1 : 97) {
      byte[] altered = a.clone();
      altered[ENTRIES + (epoch - 1) * 64 + random.nextInt(64)] ^= 1;
      assertThat(EpochRegion.table(altered, b).lastEpoch()).isEqualTo(3);
      assertThat(EpochRegion.table(b, altered).lastEpoch()).isEqualTo(3);
    }
  }

  @Test
  void aGapInBothCopiesIsRefused() {
    byte[] a = region(0, 3);
    byte[] b = region(1, 3);
    a[EpochRegion.COPY_BYTES - 1] = 1;
    b[EpochRegion.COPY_BYTES - 2] = 1;
    assertThatThrownBy(() -> EpochRegion.table(a, b))
        .hasMessage("epoch table has no entry for epoch 4, but for a later one");
  }

  private static void assertHead(byte[] head, String message) {
    assertThatThrownBy(() -> EpochRegion.closedEpoch(head, 0))
        .isInstanceOf(FormatException.class)
        .hasMessage(message);
  }

  private static byte[] mended(byte[] head) {
    ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(20, Checksums.of(head, 0, 20));
    return head;
  }

  /// A copy with the salts of [EpochTableTest#salt].
  private static byte[] region(int copy, int epochs) {
    byte[] region = Arrays.copyOf(EpochRegion.head(copy, epochs), EpochRegion.COPY_BYTES);
    for (int epoch = 1; epoch <= epochs; epoch++) {
      System.arraycopy(entry(epoch, salt(epoch)), 0, region, ENTRIES + (epoch - 1) * 64, 64);
    }
    return region;
  }

  private static byte[] entry(int epoch, byte[] salt) {
    byte[] entry = new byte[64];
    ByteBuffer fields = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(0, epoch).put(8, salt).putInt(60, Checksums.of(entry, 0, 60));
    return entry;
  }
}
