package io.blockseal.ebs;

import io.blockseal.meta.Batch;
import io.blockseal.meta.Changes;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import io.blockseal.meta.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store whose disk can be full: it reads then, and takes nothing. Thread-safe.
final class FullDisk implements MetadataStore {
  private final MetadataStore store;
  private final AtomicInteger refusals = new AtomicInteger();
  private volatile boolean full;

  FullDisk(MetadataStore store) {
    this.store = store;
  }

  void fill(boolean on) {
    full = on;
  }

  /// How often it has refused to take something.
  int refusals() {
    return refusals.get();
  }

  @Override
  public Optional<byte[]> get(String key) {
    return store.get(key);
  }

  @Override
  public List<Entry> scan(String prefix, @Nullable String afterKey, int limit) {
    return store.scan(prefix, afterKey, limit);
  }

  @Override
  public boolean commit(Batch batch) {
    check();
    return store.commit(batch);
  }

  @Override
  public void erase(String prefix) {
    check();
    store.erase(prefix);
  }

  @Override
  public Watch watch(String prefix, Consumer<Changes> watcher) {
    return store.watch(prefix, watcher);
  }

  @Override
  public void close() {
    store.close();
  }

  private void check() {
    if (full) {
      refusals.incrementAndGet();
      throw new UncheckedIOException(new IOException("no space left on device"));
    }
  }
}
