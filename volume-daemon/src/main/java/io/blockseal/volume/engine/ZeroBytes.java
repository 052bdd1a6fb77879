package io.blockseal.volume.engine;

import java.nio.ByteBuffer;

/// Zeros: recognising them and writing them, many bytes a step. Stateless.
final class ZeroBytes {
  /// As long as a stored chunk, so that one comparison covers the longest range.
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(4096 + (512 << 10));

  private ZeroBytes() {}

  /// Whether the bytes `offset` to `offset + lengthBytes` of `bytes` are zeros. One word decides
  /// for nearly everything that is not.
  static boolean at(ByteBuffer bytes, int offset, int lengthBytes) {
    if (lengthBytes >= Long.BYTES && bytes.getLong(offset) != 0) {
      return false;
    }
    return bytes.slice(offset, lengthBytes).equals(ZEROS.slice(0, lengthBytes));
  }

  /// Puts `lengthBytes` zeros at the position of `target`.
  static void put(ByteBuffer target, int lengthBytes) {
    for (int left = lengthBytes; left > 0; ) {
      int step = Math.min(left, ZEROS.capacity());
      target.put(ZEROS.slice(0, step));
      left -= step;
    }
  }

  /// Makes the bytes `offset` to `offset + lengthBytes` of `bytes` zeros; its position stays.
  static void fill(ByteBuffer bytes, int offset, int lengthBytes) {
    put(bytes.slice(offset, lengthBytes), lengthBytes);
  }
}
