package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The epoch table of a GCM volume as it lies in the volume file, twice: copy A at 128 KiB, copy B
/// at 576 KiB, 448 KiB each. A copy is a head and, 4096 bytes behind its beginning, room for 7104
/// entries of [EpochTable]; unused entries are zeros.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 8 | magic: `BLKEPOCH` |
/// | 8 | 4 | format version: 1 |
/// | 12 | 4 | which copy: 0 for A, 1 for B |
/// | 16 | 4 | closed epoch: the newest one that was closed properly, or came from a snapshot; 0: none |
/// | 20 | 4 | CRC-32C of the 20 bytes before |
/// | 4096 | 64 * 7104 | entries of the epochs 1, 2, 3, ... |
///
/// If the closed epoch is the last one, nothing waits in the journal. Heads and entries are smaller
/// than a sector and aligned to their size, so a crash leaves each one old or new; entries never
/// change once written. Stateless.
public final class EpochRegion {
  public static final int COPIES = 2;

  /// The room of one copy.
  public static final int COPY_BYTES = 448 << 10;

  public static final int HEAD_BYTES = 4096;

  /// How many epochs, and so how many writable opens, a volume has.
  public static final int CAPACITY = (COPY_BYTES - HEAD_BYTES) / EpochTable.ENTRY_BYTES;

  private static final long START = 128 << 10;
  private static final long MAGIC = 0x4843_4f50_454b_4c42L;
  private static final int VERSION = 1;
  private static final int FORMAT_VERSION = 8;
  private static final int COPY = 12;
  private static final int CLOSED = 16;
  private static final int CRC = 20;
  private static final byte[] NO_ENTRY = new byte[EpochTable.ENTRY_BYTES];

  private EpochRegion() {}

  /// Where a copy, 0 or 1, begins in the volume file.
  public static long copyOffset(int copy) {
    return START + (long) copy * COPY_BYTES;
  }

  /// Where the entry of `epoch` is in the volume file.
  public static long entryOffset(int copy, int epoch) {
    return copyOffset(copy) + HEAD_BYTES + (long) (epoch - 1) * EpochTable.ENTRY_BYTES;
  }

  /// The head of a copy.
  public static byte[] head(int copy, int closedEpoch) {
    byte[] head = new byte[HEAD_BYTES];
    view(head)
        .putLong(0, MAGIC)
        .putInt(FORMAT_VERSION, VERSION)
        .putInt(COPY, copy)
        .putInt(CLOSED, closedEpoch)
        .putInt(CRC, Checksums.of(head, 0, CRC));
    return head;
  }

  /// The closed epoch that the head of a copy names.
  public static int closedEpoch(byte[] region, int copy) throws FormatException {
    ByteBuffer fields = view(region);
    if (fields.getLong(0) != MAGIC || fields.getInt(FORMAT_VERSION) != VERSION) {
      throw new FormatException(
          "copy %d of the epoch table has no magic, or is of another version".formatted(copy));
    }
    if (Checksums.of(region, 0, CRC) != fields.getInt(CRC) || fields.getInt(COPY) != copy) {
      throw new FormatException("head of copy %d of the epoch table is damaged".formatted(copy));
    }
    return fields.getInt(CLOSED);
  }

  /// The table that both copies together hold: what is damaged in one is taken from the other, and
  /// what is unused in one is unused.
  ///
  /// @throws FormatException if an entry is damaged in both, or they contradict each other
  public static EpochTable table(byte[] regionA, byte[] regionB) throws FormatException {
    List<byte[]> salts = new ArrayList<>();
    for (int epoch = 1; epoch <= CAPACITY; epoch++) {
      byte[] salt = salt(regionA, regionB, epoch);
      if (salt == null) {
        break;
      }
      salts.add(salt);
    }
    EpochTable table = EpochTable.of(salts);
    if (!unusedFrom(regionA, table.lastEpoch() + 1)
        && !unusedFrom(regionB, table.lastEpoch() + 1)) {
      throw new FormatException(
          "epoch table has no entry for epoch %d, but for a later one"
              .formatted(table.lastEpoch() + 1));
    }
    return table;
  }

  /// Whether both copies hold the same entries.
  public static boolean sameEntries(byte[] regionA, byte[] regionB) {
    return Arrays.equals(regionA, HEAD_BYTES, COPY_BYTES, regionB, HEAD_BYTES, COPY_BYTES);
  }

  private static byte @Nullable [] salt(byte[] regionA, byte[] regionB, int epoch)
      throws FormatException {
    boolean unusedA = unused(regionA, epoch);
    boolean unusedB = unused(regionB, epoch);
    if (unusedA && unusedB) {
      return null;
    }
    byte[] a = unusedA ? null : EpochTable.saltOrNull(regionA, entryInCopy(epoch), epoch);
    byte[] b = unusedB ? null : EpochTable.saltOrNull(regionB, entryInCopy(epoch), epoch);
    if (a != null && b != null && !Arrays.equals(a, b)) {
      throw new FormatException(
          "the copies of the epoch table have different salts for epoch %d".formatted(epoch));
    }
    if (a == null && b == null) {
      if (unusedA || unusedB) {
        return null;
      }
      throw new FormatException("entry of epoch %d is damaged in every copy".formatted(epoch));
    }
    return a != null ? a : b;
  }

  private static boolean unused(byte[] region, int epoch) {
    int from = entryInCopy(epoch);
    return Arrays.equals(
        region, from, from + EpochTable.ENTRY_BYTES, NO_ENTRY, 0, EpochTable.ENTRY_BYTES);
  }

  /// Whether all entries from `epoch` on are zeros: the first byte is, and each equals the next.
  private static boolean unusedFrom(byte[] region, int epoch) {
    int from = entryInCopy(epoch);
    return from == COPY_BYTES
        || (region[from] == 0
            && Arrays.equals(region, from, COPY_BYTES - 1, region, from + 1, COPY_BYTES));
  }

  private static int entryInCopy(int epoch) {
    return HEAD_BYTES + (epoch - 1) * EpochTable.ENTRY_BYTES;
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
