package io.blockseal.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Which chunks of a pending snapshot are stored already, in any order of their coming: a sparse
/// file with a slot of 32 bytes for each chunk of the volume.
///
/// | slot | meaning |
/// |---|---|
/// | zeros, or behind the end of the file | the chunk is not stored yet |
/// | bytes of 0xFF | the chunk is a hole |
/// | anything else | its digest |
///
/// A slot lies inside one page of memory, so it survives the death of the process whole or not at
/// all. It is not synced: after the death of the machine a pending snapshot starts anew or fails.
/// Thread-safe.
final class DigestSlots implements Closeable {
  static final ChunkDigest HOLE = new ChunkDigest(-1, -1, -1, -1);

  private static final ChunkDigest EMPTY = new ChunkDigest(0, 0, 0, 0);
  private static final int SLOT_BYTES = ChunkDigest.LENGTH_BYTES;
  private static final int SLOTS_PER_READ = 2048;

  private final FileChannel channel;

  private DigestSlots(FileChannel channel) {
    this.channel = channel;
  }

  /// Opens the file, which is created if it is missing.
  static DigestSlots open(Path file) throws IOException {
    return new DigestSlots(
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /// Fills the slot of `chunk`.
  ///
  /// @param digest null for a hole
  void put(long chunk, @Nullable ChunkDigest digest) throws IOException {
    byte[] slot = new byte[SLOT_BYTES];
    (digest == null ? HOLE : digest).write(MemorySegment.ofArray(slot), 0);
    ByteBuffer bytes = ByteBuffer.wrap(slot);
    long offset = chunk * SLOT_BYTES;
    while (bytes.hasRemaining()) {
      channel.write(bytes, offset + bytes.position());
    }
  }

  /// Calls `visitor` with every slot that is filled, ascending by chunk.
  void forEach(Visitor visitor) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SLOTS_PER_READ * SLOT_BYTES);
    MemorySegment slots = MemorySegment.ofArray(bytes.array());
    for (long chunk = 0; fill(bytes, chunk); ) {
      int filled = bytes.position() / SLOT_BYTES;
      for (int slot = 0; slot < filled; slot++, chunk++) {
        ChunkDigest digest = ChunkDigest.read(slots, (long) slot * SLOT_BYTES);
        if (!digest.equals(EMPTY)) {
          visitor.visit(chunk, digest);
        }
      }
    }
  }

  /// Reads the slots from `chunk` on.
  ///
  /// @return whether there was one
  private boolean fill(ByteBuffer bytes, long chunk) throws IOException {
    bytes.clear();
    long offset = chunk * SLOT_BYTES;
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        break;
      }
    }
    return bytes.position() >= SLOT_BYTES;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /// Looks at one filled slot.
  interface Visitor {
    /// @param digest the chunk's digest, or [#HOLE]
    void visit(long chunk, ChunkDigest digest) throws IOException;
  }
}
