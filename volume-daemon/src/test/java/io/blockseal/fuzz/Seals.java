package io.blockseal.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Checksums put right after bytes were changed, so that a fuzzer comes past them to what is
/// behind. Written after `docs/format.md` and not with the code under test. Stateless.
public final class Seals {
  private static final int JOURNAL_HEAD_BYTES = 4096;
  private static final int ENTRY_ALIGNMENT = 64;
  private static final int ENTRY_MAGIC = 0x4e454a42;

  private Seals() {}

  /// Little-endian fields of `bytes`.
  public static ByteBuffer fields(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Puts the CRC-32C of `lengthBytes` bytes from `from` on at `at`, which is taken for zeros if it
  /// lies among them.
  public static void seal(byte[] bytes, int from, int lengthBytes, int at) {
    Arrays.fill(bytes, at, at + Integer.BYTES, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, lengthBytes);
    fields(bytes).putInt(at, (int) crc.getValue());
  }

  /// Seals both halves of a journal file and everything in them that begins like an entry.
  public static void sealJournal(byte[] file) {
    for (int half = 0; half < 2; half++) {
      sealSegment(file, half * (file.length / 2), file.length / 2);
    }
  }

  /// Seals the journal segment at `start` and everything in it that begins like an entry.
  public static void sealSegment(byte[] bytes, int start, int lengthBytes) {
    seal(bytes, start, 100, start + 100);
    int end = start + lengthBytes;
    for (int at = start + JOURNAL_HEAD_BYTES; at + ENTRY_ALIGNMENT <= end; at += ENTRY_ALIGNMENT) {
      if (fields(bytes).getInt(at) == ENTRY_MAGIC) {
        int length = fields(bytes).getInt(at + 28);
        if (length >= ENTRY_ALIGNMENT && length <= end - at) {
          seal(bytes, at + ENTRY_ALIGNMENT, length - ENTRY_ALIGNMENT, at + 56);
        }
        seal(bytes, at, 60, at + 60);
      }
    }
  }

  /// Seals the hydration map: its head and every block.
  public static void sealHydrationMap(byte[] file) {
    seal(file, 0, 152, 152);
    for (int at = 4096; at + 512 <= file.length; at += 512) {
      if (!Arrays.equals(file, at, at + 512, new byte[512], 0, 512)) {
        seal(file, at, 508, at + 508);
      }
    }
  }

  /// Seals a header copy if its length makes sense.
  public static void sealHeader(byte[] bytes, int start) {
    int json = fields(bytes).getInt(start + 32);
    if (json >= 0 && json <= (64 << 10) - 512 && start + 512 + json <= bytes.length) {
      seal(bytes, start, 512 + json, start + 72);
    }
  }

  /// Seals a copy of the epoch table: its head and the first `entries` entries that are not zeros.
  public static void sealEpochs(byte[] bytes, int start, int entries) {
    seal(bytes, start, 20, start + 20);
    for (int at = start + 4096; at < start + 4096 + entries * 64; at += 64) {
      if (!Arrays.equals(bytes, at, at + 64, new byte[64], 0, 64)) {
        seal(bytes, at, 60, at + 60);
      }
    }
  }
}
