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
import org.junit.jupiter.params.provider.ValueSource;

final class HydrationMapTest {
  private static final HydrationMap MAP = new HydrationMap(5000, "vol-1", "snap-1");
  private static final int HEAD_FIELDS = 156;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4032, 4033, Integer.MAX_VALUE})
  void isReadAsItWasWritten(long chunkCount) throws FormatException {
    HydrationMap map = new HydrationMap(chunkCount, "v".repeat(64), "s".repeat(64));
    assertThat(HydrationMap.parse(map.head())).isEqualTo(map);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 4096", "1, 1, 5120", "4032, 1, 5120", "4033, 2, 6144"})
  void hasABlockForEvery4032ChunksTwice(long chunks, int blocks, long fileBytes) {
    HydrationMap map = new HydrationMap(chunks, "vol-1", "snap-1");
    assertThat(map.blockCount()).isEqualTo(blocks);
    assertThat(map.fileBytes()).isEqualTo(fileBytes);
    assertThat(map.arrivedOffset(0)).isEqualTo(HydrationMap.blockOffset(blocks));
  }

  @Test
  void refusesEveryAlteredByteThatCounts() {
    byte[] head = MAP.head();
    ByteFlips.everyValue(
        head, 0, HEAD_FIELDS, altered -> ByteFlips.assertRefused(HydrationMap::parse, altered));
    ByteFlips.everyByte(
        head,
        HEAD_FIELDS,
        head.length,
        altered -> assertThat(HydrationMap.parse(altered)).isEqualTo(MAP));
  }

  @Test
  void namesWhatIsWrongWithAHead() {
    assertHead(Arrays.copyOf(MAP.head(), 4095), "hydration map of 4095 bytes");
    assertHead(new byte[4096], "hydration map has no magic, or is of another version");
    byte[] version = MAP.head();
    version[8] = 2;
    assertHead(mended(version), "hydration map has no magic, or is of another version");
    byte[] count = MAP.head();
    count[16] ^= 1;
    assertHead(count, "head of the hydration map fails its checksum");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1L << 31, Long.MAX_VALUE})
  void refusesMoreChunksThanAVolumeHas(long chunkCount) {
    assertThatThrownBy(() -> new HydrationMap(chunkCount, "vol-1", "snap-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("%d chunks", chunkCount);
    byte[] head = MAP.head();
    ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putLong(16, chunkCount);
    assertHead(mended(head), "hydration map speaks of %d chunks".formatted(chunkCount));
  }

  @Test
  void keepsTheBitsOfEachBlock() throws FormatException {
    BitSet chunks = new BitSet();
    for (int chunk : new int[] {0, 7, 8, 4031, 4032, 4999}) {
      chunks.set(chunk);
    }
    BitSet found = new BitSet();
    HydrationMap.addBlock(HydrationMap.block(chunks, 0), 0, 0, found);
    assertThat(found.stream()).containsExactly(0, 7, 8, 4031);
    byte[] behind = new byte[100 + 512];
    System.arraycopy(HydrationMap.block(chunks, 1), 0, behind, 100, 512);
    HydrationMap.addBlock(behind, 100, 1, found);
    assertThat(found).isEqualTo(chunks);
  }

  @Test
  void aBlockOfZerosHasNoChunk() throws FormatException {
    BitSet found = new BitSet();
    HydrationMap.addBlock(new byte[512], 0, 3, found);
    assertThat(found.isEmpty()).isTrue();
  }

  @Test
  void refusesEveryAlteredByteOfABlock() {
    BitSet chunks = new BitSet();
    chunks.set(4040);
    byte[] block = HydrationMap.block(chunks, 1);
    ByteFlips.everyValue(
        block,
        0,
        block.length,
        altered -> {
          BitSet found = new BitSet();
          ByteFlips.assertRefused(
              candidate -> HydrationMap.addBlock(candidate, 0, 1, found), altered);
          assertThat(found.isEmpty()).isTrue();
        });
  }

  @Test
  void refusesABlockInAnotherPlace() {
    byte[] block = HydrationMap.block(new BitSet(), 1);
    assertThatThrownBy(() -> HydrationMap.addBlock(block, 0, 2, new BitSet()))
        .isInstanceOf(FormatException.class)
        .hasMessage("block 2 of the hydration map fails its checksum");
  }

  @Test
  void tellsStartsOfTheMachineApart() throws FormatException {
    byte[] boot = HydrationMap.boot("boot 1");
    assertThat(boot).hasSize(512).isNotEqualTo(HydrationMap.boot("boot 2"));
    assertThat(FixedText.get(ByteBuffer.wrap(boot), 0, 64)).isEqualTo("boot 1");
    assertThat(ByteBuffer.wrap(boot).order(ByteOrder.LITTLE_ENDIAN).getInt(64))
        .isEqualTo(Checksums.of(boot, 0, 64));
  }

  private static void assertHead(byte[] head, String message) {
    assertThatThrownBy(() -> HydrationMap.parse(head))
        .isInstanceOf(FormatException.class)
        .hasMessage(message);
  }

  private static byte[] mended(byte[] head) {
    ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(152, Checksums.of(head, 0, 152));
    return head;
  }
}
