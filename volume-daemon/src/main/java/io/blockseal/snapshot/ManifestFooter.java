package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The last 64 bytes of a manifest. All integers but the digest are little-endian.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | magic `BSEALEND` |
/// | 8 | 8 | number of entries |
/// | 16 | 8 | number of pages |
/// | 24 | 32 | SHA-256 of everything before the footer |
/// | 56 | 4 | zeros |
/// | 60 | 4 | CRC-32C of bytes 0 to 59 |
///
/// @param entries how many chunks are not holes
/// @param pages how many pages their entries fill
/// @param content the digest of header and pages
record ManifestFooter(long entries, long pages, ChunkDigest content) {
  static final int BYTES = 64;

  private static final long MAGIC =
      ByteBuffer.wrap("BSEALEND".getBytes(UTF_8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  private static final int ENTRIES_OFFSET = 8;
  private static final int PAGES_OFFSET = 16;
  private static final int DIGEST_OFFSET = 24;
  private static final int CRC_OFFSET = 60;

  static long pagesFor(long entries) {
    return (entries + ManifestPages.ENTRIES_PER_PAGE - 1) / ManifestPages.ENTRIES_PER_PAGE;
  }

  ByteBuffer encode() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    footer.putLong(0, MAGIC);
    footer.putLong(ENTRIES_OFFSET, entries);
    footer.putLong(PAGES_OFFSET, pages);
    content.write(MemorySegment.ofArray(bytes), DIGEST_OFFSET);
    footer.putInt(CRC_OFFSET, checksum(footer));
    return footer;
  }

  /// The footer in these 64 bytes; null if they are none.
  static @Nullable ManifestFooter decode(ByteBuffer bytes) {
    ByteBuffer footer = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (footer.getLong(0) != MAGIC || footer.getInt(CRC_OFFSET) != checksum(footer)) {
      return null;
    }
    byte[] digest = new byte[ChunkDigest.LENGTH_BYTES];
    footer.get(DIGEST_OFFSET, digest);
    return new ManifestFooter(
        footer.getLong(ENTRIES_OFFSET), footer.getLong(PAGES_OFFSET), ChunkDigest.of(digest));
  }

  private static int checksum(ByteBuffer footer) {
    CRC32C crc = new CRC32C();
    crc.update(footer.slice(0, CRC_OFFSET));
    return (int) crc.getValue();
  }
}
