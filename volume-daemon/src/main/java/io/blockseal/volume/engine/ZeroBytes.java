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
    fill(target, target.position(), lengthBytes);
    target.position(target.position() + lengthBytes);
  }

  /// Makes the bytes `offset` to `offset + lengthBytes` of `bytes` zeros; its position stays.
  static void fill(ByteBuffer bytes, int offset, int lengthBytes) {
    for (int done = 0; done < lengthBytes; ) {
      int step = Math.min(lengthBytes - done, ZEROS.capacity());
      bytes.put(offset + done, ZEROS, 0, step);
      done += step;
    }
  }
}
