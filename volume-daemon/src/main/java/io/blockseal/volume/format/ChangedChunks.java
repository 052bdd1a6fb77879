package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The companion file beside a volume that was closed properly: which chunks may differ from its
/// last snapshot. It is removed before the volume changes again, so whoever finds it can believe
/// it.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | magic: `BLKCHANG` |
/// | 8 | 4 | format version: 1 |
/// | 12 | 4 | zeros |
/// | 16 | 8 | sequence number of the volume header at that time |
/// | 24 | 64 | volume id, padded with zeros |
/// | 88 | 64 | id of the last snapshot, padded with zeros; zeros: counts from an empty volume |
/// | 152 | 8 | length of the bitmap |
/// | 160 | n | one bit a chunk, lowest bit first: 1 if the chunk may differ |
/// | 160 + n | 4 | CRC-32C of everything before |
///
/// @param sequence of the volume header
/// @param baseSnapshotId the last snapshot; null if there is none
/// @param chunks not to be changed by anybody
public record ChangedChunks(
    long sequence, String volumeId, @Nullable String baseSnapshotId, BitSet chunks) {
  /// Enough for the largest volume.
  public static final int MAX_BYTES = 32 << 20;

  private static final long MAGIC = 0x474e_4148_434b_4c42L;
  private static final int VERSION = 1;
  private static final int ID_BYTES = 64;
  private static final int FORMAT_VERSION = 8;
  private static final int SEQUENCE = 16;
  private static final int VOLUME_ID = 24;
  private static final int SNAPSHOT_ID = 88;
  private static final int BITMAP_LENGTH = 152;
  private static final int BITMAP = 160;
  private static final int CRC_BYTES = 4;

  public byte[] toBytes() {
    byte[] bits = chunks.toByteArray();
    byte[] bytes = new byte[BITMAP + bits.length + CRC_BYTES];
    ByteBuffer fields =
        view(bytes)
            .putLong(0, MAGIC)
            .putInt(FORMAT_VERSION, VERSION)
            .putLong(SEQUENCE, sequence)
            .putLong(BITMAP_LENGTH, bits.length)
            .put(BITMAP, bits);
    FixedText.put(fields, VOLUME_ID, ID_BYTES, volumeId);
    FixedText.put(fields, SNAPSHOT_ID, ID_BYTES, baseSnapshotId == null ? "" : baseSnapshotId);
    int covered = bytes.length - CRC_BYTES;
    fields.putInt(covered, Checksums.of(bytes, 0, covered));
    return bytes;
  }

  /// What [#toBytes] made.
  public static ChangedChunks parse(byte[] bytes) throws FormatException {
    if (bytes.length < BITMAP + CRC_BYTES) {
      throw new FormatException("set of changed chunks of %d bytes".formatted(bytes.length));
    }
    ByteBuffer fields = view(bytes);
    if (fields.getLong(0) != MAGIC || fields.getInt(FORMAT_VERSION) != VERSION) {
      throw new FormatException("set of changed chunks has no magic, or is of another version");
    }
    int covered = bytes.length - CRC_BYTES;
    if (fields.getLong(BITMAP_LENGTH) != covered - BITMAP
        || Checksums.of(bytes, 0, covered) != fields.getInt(covered)) {
      throw new FormatException("set of changed chunks fails its checksum");
    }
    String base = FixedText.get(fields, SNAPSHOT_ID, ID_BYTES);
    return new ChangedChunks(
        fields.getLong(SEQUENCE),
        FixedText.get(fields, VOLUME_ID, ID_BYTES),
        base.isEmpty() ? null : base,
        BitSet.valueOf(fields.slice(BITMAP, covered - BITMAP)));
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
