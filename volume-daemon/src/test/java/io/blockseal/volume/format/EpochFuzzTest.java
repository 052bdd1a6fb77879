package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Allocation;
import io.blockseal.fuzz.Seals;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are an epoch table, alone or as two copies in a volume file, or are refused as none.
class EpochFuzzTest {
  private static final long MAX_ALLOCATION = 16 << 20;
  private static final int HEAD_FIELDS_BYTES = 24;

  static Stream<byte[]> tables() {
    return Stream.of(table(0), table(1), table(3));
  }

  /// Two copies, one behind the other, without the zeros between head and entries.
  static Stream<byte[]> regions() {
    return Stream.of(regions(0, 0), regions(1, 2), regions(2, 2));
  }

  @MethodSource("tables")
  @FuzzTest
  void table(byte[] data) throws FormatException {
    byte[] sealed = data.clone();
    for (int at = 0; at + EpochTable.ENTRY_BYTES <= sealed.length; at += EpochTable.ENTRY_BYTES) {
      Seals.seal(sealed, at, 60, at + 60);
    }
    Allocation.atMost(MAX_ALLOCATION, () -> readTable(data));
    Allocation.atMost(MAX_ALLOCATION, () -> readTable(sealed));
  }

  @MethodSource("regions")
  @FuzzTest
  void region(byte[] data) {
    byte[] a = region(Arrays.copyOf(data, data.length / 2), false);
    byte[] b = region(Arrays.copyOfRange(data, data.length / 2, data.length), false);
    Allocation.atMost(MAX_ALLOCATION, () -> readRegions(a, b));
    byte[] sealedA = region(Arrays.copyOf(data, data.length / 2), true);
    byte[] sealedB = region(Arrays.copyOfRange(data, data.length / 2, data.length), true);
    Allocation.atMost(MAX_ALLOCATION, () -> readRegions(sealedA, sealedB));
  }

  private static void readTable(byte[] entries) throws FormatException {
    EpochTable table;
    try {
      table = EpochTable.parse(entries);
    } catch (FormatException e) {
      return;
    }
    assertThat(table.lastEpoch()).isEqualTo(entries.length / EpochTable.ENTRY_BYTES);
    byte[] written = table.toBytes();
    assertThat(EpochTable.parse(written).toBytes()).isEqualTo(written);
    for (int epoch = 1; epoch <= table.lastEpoch(); epoch++) {
      int salt = (epoch - 1) * EpochTable.ENTRY_BYTES + 8;
      assertThat(table.salt(epoch))
          .isEqualTo(Arrays.copyOfRange(entries, salt, salt + EpochTable.SALT_BYTES));
    }
  }

  private static void readRegions(byte[] a, byte[] b) {
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      byte[] region = copy == 0 ? a : b;
      try {
        int closed = EpochRegion.closedEpoch(region, copy);
        assertThat(Arrays.copyOf(EpochRegion.head(copy, closed), HEAD_FIELDS_BYTES))
            .isEqualTo(Arrays.copyOf(region, HEAD_FIELDS_BYTES));
      } catch (FormatException e) {
        assertThat(e).hasMessageContaining("epoch table");
      }
    }
    try {
      assertThat(EpochRegion.table(a, b).lastEpoch()).isBetween(0, EpochRegion.CAPACITY);
    } catch (FormatException e) {
      assertThat(e).hasMessageContaining("epoch");
    }
  }

  private static byte[] region(byte[] compact, boolean sealed) {
    byte[] region = new byte[EpochRegion.COPY_BYTES];
    int head = Math.min(compact.length, HEAD_FIELDS_BYTES);
    System.arraycopy(compact, 0, region, 0, head);
    int entries = Math.min(compact.length - head, region.length - EpochRegion.HEAD_BYTES);
    System.arraycopy(compact, head, region, EpochRegion.HEAD_BYTES, entries);
    if (sealed) {
      Seals.sealEpochs(region, 0, Math.ceilDiv(entries, EpochTable.ENTRY_BYTES));
    }
    return region;
  }

  private static byte[] regions(int closedEpoch, int epochs) {
    byte[] entries = table(epochs);
    int half = HEAD_FIELDS_BYTES + entries.length;
    byte[] both = new byte[2 * half];
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      byte[] head = EpochRegion.head(copy, closedEpoch);
      System.arraycopy(head, 0, both, copy * half, HEAD_FIELDS_BYTES);
      System.arraycopy(entries, 0, both, copy * half + HEAD_FIELDS_BYTES, entries.length);
    }
    return both;
  }

  private static byte[] table(int epochs) {
    EpochTable table = EpochTable.empty();
    for (int i = 1; i <= epochs; i++) {
      byte[] salt = new byte[EpochTable.SALT_BYTES];
      Arrays.fill(salt, (byte) i);
      table = table.with(salt);
    }
    return table.toBytes();
  }
}
