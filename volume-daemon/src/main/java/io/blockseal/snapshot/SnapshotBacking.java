package io.blockseal.snapshot;

import io.blockseal.volume.engine.Backing;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The chunks of a snapshot for a volume that was made of it and has not fetched them all.
///
/// It keeps nothing in memory: the volume fetches each chunk once, and the system caches files. The
/// snapshot is not removed while this is open; across restarts [SnapshotStore#hold] keeps it.
/// Thread-safe, but [#close] must not race with a fetch.
public final class SnapshotBacking implements Backing, Closeable {
  private final StoredChunks chunks;

  SnapshotBacking(StoredChunks chunks) {
    this.chunks = chunks;
  }

  /// What the snapshot says of itself.
  public SnapshotFacts facts() {
    return chunks.facts();
  }

  @Override
  public boolean fetch(long chunk, ByteBuffer target) throws IOException {
    return chunks.fetch(chunk, target);
  }

  @Override
  public void close() {
    chunks.close();
  }
}
