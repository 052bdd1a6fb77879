package io.blockseal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A chunk store that fails or blocks when it is told to. Thread-safe.
final class FaultyChunkStore implements ChunkStore {
  private final ChunkStore store;

  // Guarded by this.
  private long putsToPass = Long.MAX_VALUE;
  private boolean blocking;
  private String blocked = "";
  private CountDownLatch reached = new CountDownLatch(1);
  private CountDownLatch released = new CountDownLatch(1);

  FaultyChunkStore(ChunkStore store) {
    this.store = store;
  }

  /// Lets `puts` pass and fails all later ones.
  synchronized void failPutsAfter(long puts) {
    putsToPass = puts;
    blocking = false;
  }

  /// Lets `puts` pass and blocks later ones of tasks (and not of writers), until [#recover].
  void blockTasksAfter(long puts) {
    blockAfter(puts, "snapshot");
  }

  /// As [#blockTasksAfter], for one task only.
  void blockTask(String snapshotId) {
    blockAfter(0, "snapshot " + snapshotId);
  }

  private synchronized void blockAfter(long puts, String threads) {
    putsToPass = puts;
    blocked = threads;
    blocking = true;
    reached = new CountDownLatch(1);
    released = new CountDownLatch(1);
  }

  /// Waits until a put blocks.
  void awaitBlocked() throws InterruptedException {
    CountDownLatch latch;
    synchronized (this) {
      latch = reached;
    }
    latch.await();
  }

  /// Lets what is blocked go on after a while, in which whoever waits for it has begun to.
  void stepAside() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(100);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              recover();
            });
  }

  /// Lets everything pass from now on, and what is blocked.
  synchronized void recover() {
    putsToPass = Long.MAX_VALUE;
    released.countDown();
  }

  @Override
  public boolean put(ChunkDigest digest, ByteBuffer stored) throws IOException {
    CountDownLatch wait = null;
    synchronized (this) {
      boolean task = Thread.currentThread().getName().startsWith(blocked);
      if (putsToPass > 0) {
        putsToPass -= !blocking || task ? 1 : 0;
      } else if (!blocking) {
        throw new IOException("the store is full");
      } else if (task) {
        reached.countDown();
        wait = released;
      }
    }
    if (wait != null) {
      try {
        wait.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return store.put(digest, stored);
  }

  @Override
  public void get(ChunkDigest digest, ByteBuffer target) throws IOException {
    store.get(digest, target);
  }

  @Override
  public boolean contains(ChunkDigest digest) throws IOException {
    return store.contains(digest);
  }

  @Override
  public boolean delete(ChunkDigest digest) throws IOException {
    return store.delete(digest);
  }

  @Override
  public void relieve() throws IOException {
    store.relieve();
  }

  @Override
  public void sync() throws IOException {
    store.sync();
  }

  @Override
  public void forEach(Consumer<ChunkDigest> visitor) throws IOException {
    store.forEach(visitor);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
