package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Allocation;
import io.blockseal.fuzz.Seals;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are a companion file of a volume, or are refused as none.
class CompanionFuzzTest {
  private static final long MAX_ALLOCATION = 16 << 20;

  static Stream<byte[]> maps() throws IOException {
    return Stream.of(Arrays.copyOf(golden("hydration-map-v1"), 156));
  }

  static Stream<byte[]> blocks() throws IOException {
    return Stream.of(
        Arrays.copyOfRange(golden("hydration-map-v1"), 4096, 4096 + HydrationMap.BLOCK_BYTES),
        new byte[HydrationMap.BLOCK_BYTES]);
  }

  static Stream<byte[]> notes() throws IOException {
    return Stream.of(golden("changed-chunks-v1"));
  }

  @MethodSource("maps")
  @FuzzTest
  void hydrationMap(byte[] data) throws FormatException {
    Allocation.atMost(MAX_ALLOCATION, () -> readMap(data));
    byte[] sealed = Arrays.copyOf(data, HydrationMap.HEAD_BYTES);
    Seals.seal(sealed, 0, 152, 152);
    Allocation.atMost(MAX_ALLOCATION, () -> readMap(sealed));
  }

  @MethodSource("blocks")
  @FuzzTest
  void hydrationBlock(byte[] data) {
    byte[] block = Arrays.copyOf(data, HydrationMap.BLOCK_BYTES);
    Allocation.atMost(MAX_ALLOCATION, () -> readBlock(block));
    Seals.seal(block, 0, 508, 508);
    Allocation.atMost(MAX_ALLOCATION, () -> readBlock(block));
  }

  @MethodSource("notes")
  @FuzzTest
  void changedChunks(byte[] data) throws FormatException {
    Allocation.atMost(MAX_ALLOCATION, () -> readNote(data));
    byte[] sealed = Arrays.copyOf(data, Math.max(data.length, 164));
    Seals.seal(sealed, 0, sealed.length - 4, sealed.length - 4);
    Allocation.atMost(MAX_ALLOCATION, () -> readNote(sealed));
    Seals.fields(sealed).putLong(152, sealed.length - 164);
    Seals.seal(sealed, 0, sealed.length - 4, sealed.length - 4);
    Allocation.atMost(MAX_ALLOCATION, () -> readNote(sealed));
  }

  private static void readMap(byte[] head) throws FormatException {
    HydrationMap map;
    try {
      map = HydrationMap.parse(head);
    } catch (FormatException e) {
      return;
    }
    assertThat(HydrationMap.parse(map.head())).isEqualTo(map);
    assertThat(map.fileBytes()).isPositive();
  }

  private static void readBlock(byte[] block) {
    BitSet chunks = new BitSet();
    try {
      HydrationMap.addBlock(block, 0, 0, chunks);
    } catch (FormatException e) {
      assertThat(chunks).isEqualTo(new BitSet());
      return;
    }
    if (!chunks.isEmpty()) {
      assertThat(HydrationMap.block(chunks, 0)).isEqualTo(block);
    }
  }

  private static void readNote(byte[] bytes) throws FormatException {
    ChangedChunks note;
    try {
      note = ChangedChunks.parse(bytes);
    } catch (FormatException e) {
      return;
    }
    assertThat(ChangedChunks.parse(note.toBytes())).isEqualTo(note);
  }

  private static byte[] golden(String name) throws IOException {
    return HexDump.parse(HexDump.golden(name));
  }
}
