package io.blockseal.snapshot;

import io.blockseal.volume.block.Geometry;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.BitSet;

/// What one thread needs to turn one chunk over: three buffers outside the heap. Confined to the
/// thread that has it borrowed.
final class ChunkScratch {
  private static final int STORED_BYTES = Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES;

  private final ByteBuffer source = ByteBuffer.allocateDirect(STORED_BYTES);
  private final ByteBuffer target = ByteBuffer.allocateDirect(STORED_BYTES);
  private final PlainChunk plain = new PlainChunk();

  /// An empty buffer of exactly this length, for a stored chunk that is read.
  ByteBuffer source(int lengthBytes) {
    return source.clear().limit(lengthBytes);
  }

  /// An empty buffer of exactly this length, for a stored chunk that is made.
  ByteBuffer target(int lengthBytes) {
    return target.clear().limit(lengthBytes);
  }

  PlainChunk plain() {
    return plain;
  }

  /// A chunk as its readers see it, and which of its units were ever written; the others read as
  /// zeros.
  static final class PlainChunk {
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(Geometry.CHUNK_BYTES);
    private final BitSet written = new BitSet(Geometry.UNITS_PER_CHUNK);

    /// `count` units from `unit` on, which count from the start of the chunk.
    ByteBuffer units(int unit, int count) {
      return bytes.slice(unit * Geometry.UNIT_BYTES, count * Geometry.UNIT_BYTES);
    }

    /// The units that were written; changed by whoever fills the chunk.
    BitSet written() {
      return written;
    }

    /// Calls `body` with each run of written units.
    <X extends Exception> void forEachRun(Run<X> body) throws X {
      int unit = written.nextSetBit(0);
      while (unit >= 0) {
        int end = written.nextClearBit(unit);
        body.run(unit, end - unit);
        unit = written.nextSetBit(end);
      }
    }

    /// Overwrites the plaintext.
    void wipe() {
      MemorySegment.ofBuffer(bytes.clear()).fill((byte) 0);
      written.clear();
    }

    /// What is done with a run of units.
    interface Run<X extends Exception> {
      void run(int unit, int count) throws X;
    }
  }
}
