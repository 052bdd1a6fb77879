package io.blockseal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where the stored chunks of one pending snapshot go: into the chunk store, and their digests into
/// the slots. Thread-safe.
final class ChunkIntake {
  private final ChunkStore chunks;
  private final ChunkPins.PinSet pins;
  private final DigestSlots slots;
  private final SnapshotTask task;

  ChunkIntake(ChunkStore chunks, ChunkPins.PinSet pins, DigestSlots slots, SnapshotTask task) {
    this.chunks = chunks;
    this.pins = pins;
    this.slots = slots;
    this.task = task;
  }

  /// Takes one chunk. When this returns it survives the death of the process, and after the next
  /// sync of the chunk store that of the machine.
  ///
  /// @param stored the stored form; null, or nothing but zeros, for a hole
  void take(long chunk, @Nullable ByteBuffer stored) throws IOException {
    if (stored == null || Zeros.only(stored)) {
      slots.put(chunk, null);
    } else {
      ChunkDigest digest = ChunkDigest.of(stored);
      pins.add(digest);
      chunks.put(digest, stored);
      slots.put(chunk, digest);
    }
    task.advance();
  }

  /// To be called between two chunks, with no lock held.
  void relieve() throws IOException {
    chunks.relieve();
  }
}
