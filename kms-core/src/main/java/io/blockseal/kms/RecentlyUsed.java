package io.blockseal.kms;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A bounded memory that forgets what was used the longest ago. Holds nothing that must be wiped.
/// Thread-safe.
final class RecentlyUsed<K, V> {
  private final int maxEntries;

  // Guarded by this; in the order of last use.
  private final Map<K, V> entries = new LinkedHashMap<>(64, 0.75f, true);

  RecentlyUsed(int maxEntries) {
    this.maxEntries = maxEntries;
  }

  synchronized @Nullable V get(K key) {
    return entries.get(key);
  }

  synchronized void put(K key, V value) {
    entries.put(key, value);
    if (entries.size() > maxEntries) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  synchronized void remove(K key) {
    entries.remove(key);
  }
}
