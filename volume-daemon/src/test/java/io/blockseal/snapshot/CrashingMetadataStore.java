package io.blockseal.snapshot;

import io.blockseal.meta.Batch;
import io.blockseal.meta.Changes;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import io.blockseal.meta.Watch;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A metadata store whose process dies at a chosen commit, just before or just after it is applied.
/// Every commit after the death dies too, until [#live]. Thread-safe.
final class CrashingMetadataStore implements MetadataStore {
  private final MetadataStore store;

  // Guarded by this.
  private long commitsToLive = Long.MAX_VALUE;
  private boolean applyLast;

  CrashingMetadataStore(MetadataStore store) {
    this.store = store;
  }

  /// Lets `commits` pass and dies at the next.
  ///
  /// @param applied whether that one is applied
  synchronized void dieAfterCommits(long commits, boolean applied) {
    commitsToLive = commits;
    applyLast = applied;
  }

  synchronized void live() {
    commitsToLive = Long.MAX_VALUE;
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
  public synchronized boolean commit(Batch batch) {
    if (commitsToLive > 0) {
      commitsToLive--;
      return store.commit(batch);
    }
    if (applyLast) {
      applyLast = false;
      store.commit(batch);
    }
    throw new Killed();
  }

  @Override
  public void erase(String prefix) {
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
}
