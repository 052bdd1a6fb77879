package io.blockseal.volume.engine;

import io.blockseal.volume.store.BlockStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A store that knows whether it was written to since its last sync. Syncs take turns, so nobody is
/// told that all is well while another one learns of a failure. Thread-safe.
final class SyncedStore implements Closeable {
  private final BlockStore store;
  private final Health health;

  private final SyncHabit habit = new SyncHabit();

  /// Held during a sync.
  private final Object turn = new Object();

  /// Set after a write, before it is acknowledged; cleared before a sync, and set again if that
  /// fails.
  private volatile boolean dirty;

  SyncedStore(BlockStore store, Health health) {
    this.store = store;
    this.health = health;
  }

  BlockStore store() {
    return store;
  }

  void read(long offset, ByteBuffer target) throws IOException {
    store.read(offset, target);
  }

  void write(long offset, ByteBuffer source) throws IOException {
    int length = source.remaining();
    store.write(offset, source);
    dirty = true;
    if (habit.wrote(length)) {
      store.expectSync(offset, length);
    }
  }

  /// Begins to make durable what was written to a range, without waiting for it.
  void beginSync(long offset, long lengthBytes) {
    store.expectSync(offset, lengthBytes);
  }

  /// Whoever wrote before, the next sync shall not pass over it.
  void assumeWritten() {
    dirty = true;
  }

  void punchHole(long offset, long lengthBytes) throws IOException {
    store.punchHole(offset, lengthBytes);
    dirty = true;
  }

  void resize(long sizeBytes) throws IOException {
    store.resize(sizeBytes);
    dirty = true;
  }

  /// Makes everything written before durable.
  void sync() throws IOException {
    synchronized (turn) {
      health.attempt(
          () -> {
            if (dirty) {
              syncStore();
            }
          });
    }
  }

  /// As [#sync], whoever wrote.
  void syncAnyway() throws IOException {
    assumeWritten();
    sync();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private void syncStore() throws IOException {
    dirty = false;
    boolean durable = false;
    try {
      habit.synced();
      store.sync(true);
      durable = true;
    } finally {
      if (!durable) {
        dirty = true;
      }
    }
  }
}
