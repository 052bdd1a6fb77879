package io.blockseal.snapshot;

import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Writing the plaintext of a snapshot into an open volume, which encrypts it with its own key.
/// Thread-safe: several chunks are written at once.
final class Restoration {
  private final StoredChunks source;
  private final ChunkDecoder decoder;
  private final BlockDevice target;
  private final ChunkScratchPool scratches;
  private final ProgressListener listener;

  // Guarded by this.
  private long done;

  Restoration(
      StoredChunks source,
      ChunkDecoder decoder,
      BlockDevice target,
      ChunkScratchPool scratches,
      ProgressListener listener) {
    if (target.sizeBytes() < source.facts().sizeBytes()) {
      throw new IllegalArgumentException(
          "snapshot %s of %d bytes does not fit into a volume of %d bytes"
              .formatted(
                  source.facts().snapshotId(), source.facts().sizeBytes(), target.sizeBytes()));
    }
    this.source = source;
    this.decoder = decoder;
    this.target = target;
    this.scratches = scratches;
    this.listener = listener;
  }

  /// Everything is durable in the target when this returns.
  void run() throws IOException {
    listener.progress(0, source.manifest().entries());
    source.forEach(entry -> scratches.use(scratch -> restore(entry, scratch)));
    target.flush();
  }

  private void restore(ManifestEntry entry, ChunkScratch scratch) throws IOException {
    ByteBuffer stored = scratch.source(source.chunkBytes());
    source.read(entry, stored);
    PlainChunk plain = scratch.plain();
    decoder.decode(entry.chunk(), stored, plain);
    long start = entry.chunk() * Geometry.CHUNK_BYTES;
    plain.forEachRun(
        (unit, count) ->
            target.write(start + (long) unit * Geometry.UNIT_BYTES, plain.units(unit, count)));
    advance();
  }

  private synchronized void advance() {
    done++;
    listener.progress(done, source.manifest().entries());
  }
}
