package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.cipher.KeyDerivation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Format 1, byte by byte: what is written equals the golden files, and they are read as what they
/// hold. They were made by `independent/golden_format.py`, which shares no code with this package.
/// A change that fails here makes volumes unreadable: it needs another format version.
final class GoldenFormatTest {
  private static final String VOLUME = "vol-0123456789abcdef0";
  private static final String SNAPSHOT = "snap-0123456789abcdef0";
  private static final VolumeHeader HEADER =
      new VolumeHeader(
          VOLUME,
          1_085_440,
          CipherSpec.AES_256_GCM,
          4096,
          524_288,
          "arn:aws:kms:us-east-1:123456789012:key/k",
          "d3JhcHBlZA==",
          Map.of("aws:ebs:id", VOLUME, "a", "first"),
          "00112233445566778899aabbccddeeff",
          7,
          SNAPSHOT,
          new TagTreeHead("0123456789abcdef".repeat(4), 5));
  private static final JournalSegment SEGMENT =
      new JournalSegment(5, 64 << 10, 2, VOLUME, 0x1122334455667788L);

  @ParameterizedTest
  @EnumSource
  void headerCopy(HeaderCopy copy) throws IOException {
    String golden = HexDump.golden(copy == HeaderCopy.A ? "header-a-v1" : "header-b-v1");
    try (SecretBytes macKey = macKey()) {
      assertThat(HexDump.of(HeaderImage.of(HEADER, macKey).bytes(copy))).isEqualTo(golden);

      HeaderImage image = HeaderImage.parse(HexDump.parse(golden), copy);
      assertThat(image.header()).isEqualTo(HEADER);
      assertThat(image.authentic(macKey)).isTrue();
    }
  }

  @Test
  void epochTable() throws IOException {
    String golden = HexDump.golden("epochs-b-v1");
    EpochTable table = EpochTable.empty().with(ascending(0)).with(ascending(0x40));
    byte[] region = Arrays.copyOf(EpochRegion.head(1, 1), EpochRegion.COPY_BYTES);
    byte[] entries = table.toBytes();
    System.arraycopy(entries, 0, region, EpochRegion.HEAD_BYTES, entries.length);
    assertThat(HexDump.of(region)).isEqualTo(golden);

    byte[] found = HexDump.parse(golden);
    assertThat(EpochRegion.closedEpoch(found, 1)).isEqualTo(1);
    EpochTable read = EpochRegion.table(found, found);
    assertThat(read.lastEpoch()).isEqualTo(2);
    assertThat(read.salt(1)).isEqualTo(ascending(0));
    assertThat(read.salt(2)).isEqualTo(ascending(0x40));
  }

  @Test
  void journalSegment() throws IOException {
    String golden = HexDump.golden("journal-segment-v1");
    List<JournalEntry> entries = journalEntries();
    byte[] segment = Arrays.copyOf(SEGMENT.head(), SEGMENT.segmentBytes());
    byte[] data = new byte[64 + 32 + 4096];
    Arrays.fill(data, JournalEntry.recordOffset(0), data.length, (byte) 0x11);
    Arrays.fill(data, JournalEntry.unitOffset(1, 0), data.length, (byte) 0x5a);
    putEntry(segment, entries.get(0), data);
    byte[] records = new byte[64 + 2 * (32 + 4)];
    Arrays.fill(records, JournalEntry.recordOffset(0), 96, (byte) 0x22);
    Arrays.fill(records, JournalEntry.recordOffset(1), 128, (byte) 0x33);
    littleEndian(records).putInt(JournalEntry.crcOffset(2, 0), unitCrc(0x44));
    littleEndian(records).putInt(JournalEntry.crcOffset(2, 1), unitCrc(0x55));
    putEntry(segment, entries.get(1), records);
    putEntry(segment, entries.get(2), new byte[64]);
    putEntry(segment, entries.get(3), new byte[64]);
    assertThat(HexDump.of(segment)).isEqualTo(golden);

    byte[] found = HexDump.parse(golden);
    JournalSegment head =
        JournalSegment.parse(Arrays.copyOf(found, JournalSegment.HEAD_BYTES), 1, 128 << 10);
    assertThat(head).isEqualTo(SEGMENT);
    ByteBuffer bytes = littleEndian(found);
    assertThat(JournalScan.of(head, bytes))
        .isEqualTo(
            new JournalScan(
                SEGMENT, entries.subList(0, 3), 0x2180, SEGMENT.position(0x2180), 0x3000));
    assertThat(JournalEntry.at(bytes, 0x2180, head)).isEqualTo(entries.get(3));
  }

  @Test
  void hydrationMap() throws IOException {
    String golden = HexDump.golden("hydration-map-v1");
    HydrationMap map = new HydrationMap(4040, VOLUME, SNAPSHOT);
    BitSet saved = chunks(0, 9, 4031, 4039);
    ByteBuffer file = ByteBuffer.allocate((int) map.fileBytes()).put(0, map.head());
    file.put(HydrationMap.BOOT_OFFSET, HydrationMap.boot("0f0e0d0c-0b0a-0908-0706-050403020100"));
    file.put((int) HydrationMap.blockOffset(0), HydrationMap.block(saved, 0));
    file.put((int) HydrationMap.blockOffset(1), HydrationMap.block(saved, 1));
    file.put((int) map.arrivedOffset(1), HydrationMap.block(chunks(4033), 1));
    assertThat(HexDump.of(file.array())).isEqualTo(golden);

    byte[] found = HexDump.parse(golden);
    assertThat(HydrationMap.parse(found)).isEqualTo(map);
    BitSet read = new BitSet();
    BitSet arrived = new BitSet();
    for (int n = 0; n < map.blockCount(); n++) {
      HydrationMap.addBlock(found, (int) HydrationMap.blockOffset(n), n, read);
      HydrationMap.addBlock(found, (int) map.arrivedOffset(n), n, arrived);
    }
    assertThat(read).isEqualTo(saved);
    assertThat(arrived).isEqualTo(chunks(4033));
  }

  @Test
  void changedChunks() throws IOException {
    String golden = HexDump.golden("changed-chunks-v1");
    ChangedChunks changed = new ChangedChunks(7, VOLUME, SNAPSHOT, chunks(0, 3, 12));
    assertThat(HexDump.of(changed.toBytes())).isEqualTo(golden);
    assertThat(ChangedChunks.parse(HexDump.parse(golden))).isEqualTo(changed);
  }

  private static List<JournalEntry> journalEntries() {
    long begin = SEGMENT.position(0x1000);
    return List.of(
        new JournalEntry(JournalEntry.Type.DATA, 0x1000, 64 + 32 + 4096, 0, 3, 1, 0x3000),
        new JournalEntry(JournalEntry.Type.RECORDS, 0x2080, 64 + 72, begin, 128, 2, 0x3000),
        new JournalEntry(JournalEntry.Type.DISCARD, 0x2140, 64, begin, 10, 3, 0x3000),
        new JournalEntry(
            JournalEntry.Type.MARK, 0x2180, 64, SEGMENT.position(0x2180), 0, 0, 0x3000));
  }

  private static void putEntry(byte[] segment, JournalEntry entry, byte[] bytes) {
    ByteBuffer fields = littleEndian(bytes);
    boolean headOnly = bytes.length == JournalEntry.HEAD_BYTES;
    int bodyCrc = headOnly ? 0 : JournalEntry.bodyCrc(fields, bytes.length);
    JournalLog.putHead(entry, fields, SEGMENT, bodyCrc);
    System.arraycopy(bytes, 0, segment, entry.offset(), bytes.length);
  }

  private static int unitCrc(int fill) {
    byte[] unit = new byte[4096];
    Arrays.fill(unit, (byte) fill);
    return JournalEntry.unitCrc(ByteBuffer.wrap(unit), 0);
  }

  private static SecretBytes macKey() {
    byte[] key = new byte[64];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i * 3 + 1);
    }
    try (SecretBytes dataKey = SecretBytes.takeOver(key)) {
      return KeyDerivation.headerMacKey(dataKey, HEADER.lineageBytes());
    }
  }

  private static byte[] ascending(int first) {
    byte[] salt = new byte[EpochTable.SALT_BYTES];
    for (int i = 0; i < salt.length; i++) {
      salt[i] = (byte) (first + i);
    }
    return salt;
  }

  private static BitSet chunks(int... numbers) {
    BitSet chunks = new BitSet();
    for (int number : numbers) {
      chunks.set(number);
    }
    return chunks;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
