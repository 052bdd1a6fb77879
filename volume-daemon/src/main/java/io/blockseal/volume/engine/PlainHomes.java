package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Chunks without tag pages: every unit at its home, and nowhere else.
final class PlainHomes implements Homes {
  private final SyncedStore store;
  private final Extent extent;

  PlainHomes(SyncedStore store, Extent extent) {
    this.store = store;
    this.extent = extent;
  }

  @Override
  public boolean load(long chunk, ByteBuffer stored) throws IOException {
    long home = extent.geometry().chunkHome(chunk);
    int start = stored.position();
    long data = store.store().nextData(home);
    if (data < 0 || data >= home + Geometry.CHUNK_BYTES) {
      return false;
    }
    store.read(home, stored);
    return !ZeroBytes.at(stored, start, stored.position() - start);
  }

  @Override
  public void place(long chunk, @Nullable ByteBuffer stored) throws IOException {
    long home = extent.geometry().chunkHome(chunk);
    if (stored != null) {
      store.write(home, stored);
      return;
    }
    long data = store.store().nextData(home);
    if (data >= 0 && data < home + Geometry.CHUNK_BYTES) {
      store.punchHole(home, Geometry.CHUNK_BYTES);
    }
  }

  @Override
  public long nextChunk(long chunk) throws IOException {
    Geometry geometry = extent.geometry();
    if (chunk >= geometry.chunkCount()) {
      return -1;
    }
    long data = store.store().nextData(geometry.chunkHome(chunk));
    return data < 0 || data >= geometry.fileBytes()
        ? -1
        : (data - Geometry.DATA_START) / geometry.storedChunkBytes();
  }

  @Override
  public void resize(Geometry geometry) throws IOException {
    store.resize(geometry.fileBytes());
  }

  @Override
  public void sync() throws IOException {
    store.sync();
  }

  @Override
  public void finish() throws IOException {
    sync();
  }

  @Override
  public void close() {
    // The store belongs to the one who opened it.
  }
}
