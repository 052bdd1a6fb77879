package io.blockseal.meta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store that lives as long as its process: for tests, and for programs that embed the KMS
/// without a directory.
///
/// Thread-safe.
public final class InMemoryMetadataStore implements MetadataStore {
  private final Watches watches = new Watches();

  // Guarded by this.
  private final NavigableMap<byte[], byte[]> values = new TreeMap<>(Arrays::compareUnsigned);
  private boolean closed;

  @Override
  public synchronized Optional<byte[]> get(String key) {
    checkOpen();
    return Optional.ofNullable(values.get(MetadataKey.bytes(MetadataKey.check(key))))
        .map(byte[]::clone);
  }

  @Override
  public synchronized List<Entry> scan(String prefix, @Nullable String afterKey, int limit) {
    checkOpen();
    MetadataKey.checkLimit(limit);
    byte[] start = MetadataKey.prefixBytes(prefix);
    NavigableMap<byte[], byte[]> range =
        values.subMap(start, true, MetadataKey.endOf(start), false);
    if (afterKey != null) {
      byte[] after = MetadataKey.prefixBytes(afterKey);
      if (Arrays.compareUnsigned(after, MetadataKey.endOf(start)) >= 0) {
        return List.of();
      }
      if (Arrays.compareUnsigned(after, start) >= 0) {
        range = range.tailMap(after, false);
      }
    }
    List<Entry> page = new ArrayList<>();
    for (var entry : range.entrySet()) {
      if (page.size() == limit) {
        break;
      }
      page.add(new Entry(MetadataKey.text(entry.getKey()), entry.getValue()));
    }
    return List.copyOf(page);
  }

  @Override
  public boolean commit(Batch batch) {
    synchronized (this) {
      checkOpen();
      for (Batch.Expectation expected : batch.expectations()) {
        if (!expected.holds(values.get(MetadataKey.bytes(expected.key)))) {
          return false;
        }
      }
      for (Batch.Change change : batch.changes()) {
        apply(change);
      }
    }
    watches.announce(batch.changes());
    return true;
  }

  /// Deletes the keys and overwrites the arrays that held their values; copies that callers made
  /// are theirs.
  @Override
  public void erase(String prefix) {
    synchronized (this) {
      checkOpen();
      byte[] start = MetadataKey.prefixBytes(prefix);
      NavigableMap<byte[], byte[]> range =
          values.subMap(start, true, MetadataKey.endOf(start), false);
      range.values().forEach(value -> Arrays.fill(value, (byte) 0));
      range.clear();
    }
    watches.announceErased(prefix);
  }

  @Override
  public synchronized Watch watch(String prefix, Consumer<Changes> watcher) {
    checkOpen();
    return watches.add(prefix, watcher);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    watches.closeAll();
  }

  private void apply(Batch.Change change) {
    byte[] value = change.value;
    if (value == null) {
      values.remove(MetadataKey.bytes(change.key));
      return;
    }
    values.put(MetadataKey.bytes(change.key), value.clone());
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("metadata store is closed");
    }
  }
}
