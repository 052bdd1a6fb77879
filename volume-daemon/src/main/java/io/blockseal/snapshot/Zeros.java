package io.blockseal.snapshot;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Tells zeros from data. Stateless.
final class Zeros {
  private static final int BLOCK_BYTES = 4096;
  private static final MemorySegment ZEROS = Arena.global().allocate(BLOCK_BYTES);

  private Zeros() {}

  /// Whether all remaining bytes of `buffer` are zeros; its position stays.
  static boolean only(ByteBuffer buffer) {
    return only(buffer, buffer.position(), buffer.remaining());
  }

  /// Whether `lengthBytes` bytes of `buffer` from the absolute position `offset` on are zeros.
  static boolean only(ByteBuffer buffer, int offset, int lengthBytes) {
    MemorySegment bytes = MemorySegment.ofBuffer(buffer.slice(offset, lengthBytes));
    for (long at = 0; at < lengthBytes; at += BLOCK_BYTES) {
      long end = Math.min(at + BLOCK_BYTES, lengthBytes);
      if (MemorySegment.mismatch(bytes, at, end, ZEROS, 0, end - at) >= 0) {
        return false;
      }
    }
    return true;
  }
}
