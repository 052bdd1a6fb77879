package io.blockseal.snapshot;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The second part of a manifest: its entries, ascending by chunk number, in pages of 4096 bytes.
/// Every page but the last is full. All integers but the digests are little-endian.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | page number, from 0 |
/// | 8 | 4 | number of entries, 1 to 102 |
/// | 12 | 4 | CRC-32C of the page with this field as zeros |
/// | 16 + 40 i | 8 | entry i: chunk number |
/// | 24 + 40 i | 32 | entry i: digest |
///
/// Bytes behind the last entry are zeros. Stateless; a page is a segment of exactly its length.
final class ManifestPages {
  static final int PAGE_BYTES = 4096;
  static final int ENTRIES_PER_PAGE = 102;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long NUMBER_OFFSET = 0;
  private static final long COUNT_OFFSET = 8;
  private static final long CRC_OFFSET = 12;
  private static final long ENTRIES_OFFSET = 16;
  private static final long ENTRY_BYTES = 8 + ChunkDigest.LENGTH_BYTES;

  private ManifestPages() {}

  static void putEntry(MemorySegment page, int slot, long chunk, ChunkDigest digest) {
    long offset = ENTRIES_OFFSET + slot * ENTRY_BYTES;
    page.set(LONG, offset, chunk);
    digest.write(page, offset + 8);
  }

  /// Completes a page whose entries are in and whose other bytes are zeros.
  static void seal(MemorySegment page, long number, int entries) {
    page.set(LONG, NUMBER_OFFSET, number);
    page.set(INT, COUNT_OFFSET, entries);
    page.set(INT, CRC_OFFSET, checksum(page));
  }

  /// Whether `page` is page `number` of its file as it was written.
  static boolean intact(MemorySegment page, long number) {
    return page.get(LONG, NUMBER_OFFSET) == number && page.get(INT, CRC_OFFSET) == checksum(page);
  }

  static int entries(MemorySegment page) {
    return page.get(INT, COUNT_OFFSET);
  }

  static long chunk(MemorySegment page, int slot) {
    return page.get(LONG, ENTRIES_OFFSET + slot * ENTRY_BYTES);
  }

  static ChunkDigest digest(MemorySegment page, int slot) {
    return ChunkDigest.read(page, ENTRIES_OFFSET + slot * ENTRY_BYTES + 8);
  }

  private static int checksum(MemorySegment page) {
    CRC32C crc = new CRC32C();
    crc.update(page.asSlice(0, CRC_OFFSET).asByteBuffer());
    crc.update(new byte[4]);
    crc.update(page.asSlice(CRC_OFFSET + 4).asByteBuffer());
    return (int) crc.getValue();
  }
}
