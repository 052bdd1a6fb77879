package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The stored form of a volume's chunks, as snapshots and backings know it: the tag page, if the
/// cipher has any, and the units as they were encrypted. It needs no key.
///
/// The caller holds the lock of the chunk. Thread-safe for different chunks.
interface Homes extends Closeable {
  /// Fills `stored` with the stored form of `chunk`; units that were never written are zeros.
  ///
  /// @return false if the chunk is a hole; `stored` is undefined then
  boolean load(long chunk, ByteBuffer stored) throws IOException;

  /// Makes `stored` the stored form of a chunk that was never written to; null leaves a hole.
  void place(long chunk, @Nullable ByteBuffer stored) throws IOException;

  /// Bounds what is remembered of placed chunks. Called with no lock held.
  default void relieve() {
    // Nothing is remembered.
  }

  /// Makes what is remembered of placed chunks durable, all of which are here: the snapshot that
  /// they come from is about to be let go. Called with no lock held.
  default void adoptAll() throws IOException {
    // Nothing is remembered.
  }

  /// The first chunk from `chunk` on that may not be a hole, or -1.
  long nextChunk(long chunk) throws IOException;

  /// Makes room for the homes of `geometry`, which is longer than the current one.
  void resize(Geometry geometry) throws IOException;

  /// Makes everything written before survive a crash of the machine.
  void sync() throws IOException;

  /// Brings everything home and marks the volume as properly closed. The caller closes it then.
  void finish() throws IOException;

  /// Releases what is held, without another write.
  @Override
  void close() throws IOException;
}
