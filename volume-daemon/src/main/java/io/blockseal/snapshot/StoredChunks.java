package io.blockseal.snapshot;

import io.blockseal.snapshot.SnapshotUses.Use;
import io.blockseal.volume.block.Geometry;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// The chunks of one completed snapshot, open for reading; it is not removed meanwhile. Every read
/// checks the digest. Thread-safe, but [#close] must not race with a use.
final class StoredChunks implements Closeable {
  private final Manifest manifest;
  private final ChunkStore chunks;
  private final Use use;

  StoredChunks(Manifest manifest, ChunkStore chunks, Use use) {
    this.manifest = manifest;
    this.chunks = chunks;
    this.use = use;
  }

  Manifest manifest() {
    return manifest;
  }

  SnapshotFacts facts() {
    return manifest.facts();
  }

  /// The length of a stored chunk.
  int chunkBytes() {
    return facts().geometry().storedChunkBytes();
  }

  /// Fills `target`, from its position, with a chunk of the snapshot, and flips it back to where it
  /// began.
  ///
  /// @throws ChunkUnreadableException naming the bytes of the volume that are lost
  void read(ManifestEntry entry, ByteBuffer target) throws IOException {
    int start = target.position();
    readAt(entry.chunk(), entry.digest(), target);
    target.position(start);
  }

  /// Fills `target` with a chunk.
  ///
  /// @return false if it is a hole
  boolean fetch(long chunk, ByteBuffer target) throws IOException {
    Optional<ChunkDigest> digest = manifest.find(chunk);
    if (digest.isEmpty()) {
      return false;
    }
    readAt(chunk, digest.get(), target);
    return true;
  }

  /// Calls `step` with every chunk that is not a hole, several at once.
  void forEach(ParallelWork.Step<ManifestEntry> step) throws IOException {
    try {
      ParallelWork.forEach(new Entries(), step);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    manifest.close();
    use.close();
  }

  private void readAt(long chunk, ChunkDigest digest, ByteBuffer target) throws IOException {
    try {
      chunks.get(digest, target);
    } catch (ChunkUnreadableException e) {
      long offset = chunk * Geometry.CHUNK_BYTES;
      long length = Math.min(Geometry.CHUNK_BYTES, facts().sizeBytes() - offset);
      throw new ChunkUnreadableException(facts().snapshotId(), offset, length, e);
    }
  }

  /// The entries in order.
  private final class Entries implements Iterator<ManifestEntry> {
    private long index;

    @Override
    public boolean hasNext() {
      return index < manifest.entries();
    }

    @Override
    public ManifestEntry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        return manifest.entry(index++);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
