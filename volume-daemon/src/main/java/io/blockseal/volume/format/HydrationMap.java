package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/// The companion file that says which chunks of a volume made from a snapshot are in the volume
/// file: a head, a bitmap of those that are there durably, and a bitmap of those that arrived since
/// the machine was started. Both bitmaps are in blocks that are written in place.
///
/// Head, at 0:
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | magic: `BLKHYDRA` |
/// | 8 | 4 | format version: 1 |
/// | 12 | 4 | zeros |
/// | 16 | 8 | how many chunks the bitmaps speak of; later ones never came from the snapshot |
/// | 24 | 64 | volume id, padded with zeros |
/// | 88 | 64 | id of the source snapshot, padded with zeros |
/// | 152 | 4 | CRC-32C of the 152 bytes before |
///
/// Boot, at 512; zeros in a new file:
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 64 | which start of the machine the second bitmap belongs to, padded with zeros |
/// | 64 | 4 | CRC-32C of the 64 bytes before |
///
/// Block `n`, for the chunks from 4032 * `n` on, of `b` blocks in all; at 4096 + 512 * `n` in the
/// first bitmap and at 4096 + 512 * (`b` + `n`) in the second one; all zeros as long as it has no
/// chunk:
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 504 | one bit a chunk, lowest bit first: 1 if the chunk is in the volume file |
/// | 504 | 4 | `n` |
/// | 508 | 4 | CRC-32C of the 508 bytes before |
///
/// The first bitmap counts always: a bit is set after its chunk is durable. The second one counts
/// only on the same start of the machine: what a process wrote outlives that process, but not the
/// machine. Head, boot and blocks are one sector each, so a crash leaves them old or new; bits of
/// the first bitmap only ever change from 0 to 1. Immutable.
///
/// @param chunkCount how many chunks the bitmaps speak of
public record HydrationMap(long chunkCount, String volumeId, String sourceSnapshotId) {
  public static final int HEAD_BYTES = 4096;
  public static final int BOOT_OFFSET = 512;
  public static final int BLOCK_BYTES = 512;
  public static final int CHUNKS_PER_BLOCK = 504 * 8;

  private static final long MAGIC = 0x4152_4459_484b_4c42L;
  private static final int VERSION = 1;
  private static final int ID_BYTES = 64;
  private static final int FORMAT_VERSION = 8;
  private static final int CHUNK_COUNT = 16;
  private static final int VOLUME_ID = 24;
  private static final int SNAPSHOT_ID = 88;
  private static final int HEAD_CRC = 152;
  private static final int BOOT_CRC = 64;
  private static final int BLOCK_NUMBER = 504;
  private static final int BLOCK_CRC = 508;

  public HydrationMap {
    if (chunkCount < 0 || chunkCount > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("%d chunks".formatted(chunkCount));
    }
  }

  /// How many blocks follow the head.
  public int blockCount() {
    return (int) ((chunkCount + CHUNKS_PER_BLOCK - 1) / CHUNKS_PER_BLOCK);
  }

  /// The length of the file.
  public long fileBytes() {
    return arrivedOffset(blockCount());
  }

  /// Where block `n` of the first bitmap begins.
  public static long blockOffset(int n) {
    return HEAD_BYTES + (long) n * BLOCK_BYTES;
  }

  /// Where block `n` of the second bitmap begins.
  public long arrivedOffset(int n) {
    return blockOffset(blockCount() + n);
  }

  /// What is at [#BOOT_OFFSET] if the second bitmap belongs to the start `bootId`.
  public static byte[] boot(String bootId) {
    byte[] boot = new byte[BLOCK_BYTES];
    ByteBuffer fields = view(boot);
    FixedText.put(fields, 0, ID_BYTES, bootId);
    fields.putInt(BOOT_CRC, Checksums.of(boot, 0, BOOT_CRC));
    return boot;
  }

  /// The head.
  public byte[] head() {
    byte[] head = new byte[HEAD_BYTES];
    ByteBuffer fields =
        view(head)
            .putLong(0, MAGIC)
            .putInt(FORMAT_VERSION, VERSION)
            .putLong(CHUNK_COUNT, chunkCount);
    FixedText.put(fields, VOLUME_ID, ID_BYTES, volumeId);
    FixedText.put(fields, SNAPSHOT_ID, ID_BYTES, sourceSnapshotId);
    fields.putInt(HEAD_CRC, Checksums.of(head, 0, HEAD_CRC));
    return head;
  }

  /// What [#head] made.
  public static HydrationMap parse(byte[] head) throws FormatException {
    if (head.length < HEAD_BYTES) {
      throw new FormatException("hydration map of %d bytes".formatted(head.length));
    }
    ByteBuffer fields = view(head);
    if (fields.getLong(0) != MAGIC || fields.getInt(FORMAT_VERSION) != VERSION) {
      throw new FormatException("hydration map has no magic, or is of another version");
    }
    if (Checksums.of(head, 0, HEAD_CRC) != fields.getInt(HEAD_CRC)) {
      throw new FormatException("head of the hydration map fails its checksum");
    }
    long chunkCount = fields.getLong(CHUNK_COUNT);
    if (chunkCount < 0 || chunkCount > Integer.MAX_VALUE) {
      throw new FormatException("hydration map speaks of %d chunks".formatted(chunkCount));
    }
    return new HydrationMap(
        chunkCount,
        FixedText.get(fields, VOLUME_ID, ID_BYTES),
        FixedText.get(fields, SNAPSHOT_ID, ID_BYTES));
  }

  /// Block `n` of the bitmap `chunks`.
  public static byte[] block(BitSet chunks, int n) {
    byte[] block = new byte[BLOCK_BYTES];
    byte[] bits = chunks.get(n * CHUNKS_PER_BLOCK, (n + 1) * CHUNKS_PER_BLOCK).toByteArray();
    System.arraycopy(bits, 0, block, 0, bits.length);
    view(block).putInt(BLOCK_NUMBER, n).putInt(BLOCK_CRC, Checksums.of(block, 0, BLOCK_CRC));
    return block;
  }

  /// Adds the chunks that block `n`, at `offset` of `blocks`, says to be there.
  public static void addBlock(byte[] blocks, int offset, int n, BitSet chunks)
      throws FormatException {
    ByteBuffer block = view(blocks).slice(offset, BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (block.equals(ByteBuffer.allocate(BLOCK_BYTES))) {
      return;
    }
    if (Checksums.of(blocks, offset, BLOCK_CRC) != block.getInt(BLOCK_CRC)
        || block.getInt(BLOCK_NUMBER) != n) {
      throw new FormatException("block %d of the hydration map fails its checksum".formatted(n));
    }
    BitSet.valueOf(block.limit(BLOCK_NUMBER)).stream()
        .forEach(chunk -> chunks.set(n * CHUNKS_PER_BLOCK + chunk));
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
