package io.blockseal.kms.hsm;

import io.blockseal.secret.SecretBytes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/// The plaintext backing keys that were used last, so that a call need not unwrap a token first.
///
/// A key that is evicted or destroyed is wiped at once, or, if calls are using it, by the last of
/// them. Thread-safe.
final class BackingKeyCache implements AutoCloseable {
  /// 32 KiB of locked memory; an installation with more busy keys than this unwraps one per miss,
  /// which costs a few microseconds.
  static final int MAX_KEYS = 1024;

  /// How many destroyed keys are remembered, so that a call that read a token just before it was
  /// destroyed does not bring the key back into the cache. Such a call ends within milliseconds.
  private static final int MAX_DESTROYED = 1024;

  // Guarded by this; in the order of last use.
  private final Map<String, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private final SequencedSet<String> destroyed = new LinkedHashSet<>();
  private boolean closed;

  /// A key that one call holds; releasing it is the caller's duty.
  final class Lease implements AutoCloseable {
    private final Entry entry;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    SecretBytes key() {
      return entry.key;
    }

    @Override
    public void close() {
      release(entry);
    }
  }

  /// Makes the plaintext of a key that is not in the cache.
  interface Loader {
    SecretBytes load() throws AuthenticationFailedException;
  }

  Lease lease(String id, Loader loader) throws AuthenticationFailedException {
    synchronized (this) {
      Entry entry = entries.get(id);
      if (entry != null) {
        entry.leases++;
        return new Lease(entry);
      }
    }
    // Two calls may load one key at the same time; the second one's copy then serves its own lease.
    return insert(id, loader.load());
  }

  /// Takes over `key` and keeps it for later calls.
  Lease insert(String id, SecretBytes key) {
    synchronized (this) {
      Entry entry = new Entry(key);
      entry.leases++;
      if (closed || entries.containsKey(id) || destroyed.contains(id)) {
        entry.evicted = true;
        return new Lease(entry);
      }
      entries.put(id, entry);
      Iterator<Entry> oldestFirst = entries.values().iterator();
      while (entries.size() > MAX_KEYS) {
        Entry oldest = oldestFirst.next();
        oldestFirst.remove();
        evict(oldest);
      }
      return new Lease(entry);
    }
  }

  synchronized void destroy(String id) {
    destroyed.add(id);
    if (destroyed.size() > MAX_DESTROYED) {
      destroyed.removeFirst();
    }
    Entry entry = entries.remove(id);
    if (entry != null) {
      evict(entry);
    }
  }

  synchronized int size() {
    return entries.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    entries.values().forEach(this::evict);
    entries.clear();
  }

  private synchronized void release(Entry entry) {
    entry.leases--;
    if (entry.evicted && entry.leases == 0) {
      entry.key.close();
    }
  }

  private synchronized void evict(Entry entry) {
    entry.evicted = true;
    if (entry.leases == 0) {
      entry.key.close();
    }
  }

  private static final class Entry {
    private final SecretBytes key;
    private int leases;
    private boolean evicted;

    private Entry(SecretBytes key) {
      this.key = key;
    }
  }
}
