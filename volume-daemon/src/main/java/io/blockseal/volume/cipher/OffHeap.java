package io.blockseal.volume.cipher;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// The addresses of direct buffers, which libraries are called with. Stateless.
final class OffHeap {
  private OffHeap() {}

  /// Where byte `at` of a direct buffer is; good for as long as the buffer is reachable, which it
  /// is while somebody has yet to move its position.
  static long address(ByteBuffer buffer, int at) {
    return MemorySegment.ofBuffer(buffer).address() - buffer.position() + at;
  }
}
