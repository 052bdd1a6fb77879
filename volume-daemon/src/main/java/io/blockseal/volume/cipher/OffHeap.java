package io.blockseal.volume.cipher;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// The memory of buffers, as libraries see it. Stateless.
final class OffHeap {
  private OffHeap() {}

  /// Where byte `at` of a direct buffer is, which the caller keeps reachable.
  static long address(ByteBuffer buffer, int at) {
    return MemorySegment.ofBuffer(buffer).address() - buffer.position() + at;
  }

  /// Overwrites `lengthBytes` bytes from byte `at` on with zeros, wherever the buffer lies.
  static void clear(ByteBuffer buffer, int at, int lengthBytes) {
    MemorySegment.ofBuffer(buffer.slice(at, lengthBytes)).fill((byte) 0);
  }
}
