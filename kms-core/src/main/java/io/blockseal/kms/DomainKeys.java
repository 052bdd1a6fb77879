package io.blockseal.kms;

import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.RootOfTrustException;
import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The domain keys of this installation: keeps their tokens in the metadata and the HSM loaded.
///
/// Thread-safe.
public final class DomainKeys {
  private static final String PREFIX = "kms/domain-key/";
  private static final int MAX_GENERATIONS = 10_000;

  private final MetadataStore store;
  private final Hsm hsm;
  private final Set<String> loaded = ConcurrentHashMap.newKeySet();

  private DomainKeys(MetadataStore store, Hsm hsm) {
    this.store = store;
    this.hsm = hsm;
  }

  /// Loads every domain key that there is into `hsm`.
  ///
  /// @throws RootOfTrustException if they belong to another root of trust, or are damaged
  public static DomainKeys open(MetadataStore store, Hsm hsm) throws RootOfTrustException {
    DomainKeys keys = new DomainKeys(store, hsm);
    String after = null;
    while (true) {
      List<Entry> page = store.scan(PREFIX, after, MetadataStore.MAX_SCAN_ENTRIES);
      for (Entry entry : page) {
        after = entry.key();
        String domain = after.substring(PREFIX.length(), after.lastIndexOf('/'));
        // In the order of their generations, so that the youngest becomes the current one.
        hsm.loadDomainKey(domain, entry.value());
        keys.loaded.add(domain);
      }
      if (page.size() < MetadataStore.MAX_SCAN_ENTRIES) {
        return keys;
      }
    }
  }

  /// Makes the first domain key of `domain`, unless it has one.
  ///
  /// @param domain a region, or another text that can be one segment of a metadata key
  public void ensure(String domain) {
    if (!loaded.contains(domain)) {
      addGeneration(domain, true);
    }
  }

  /// Makes a new domain key, which wraps from now on. The old ones stay, to unwrap what they
  /// wrapped.
  public void rotate(String domain) {
    addGeneration(domain, false);
  }

  /// The domains that have a key, in alphabetical order.
  public List<String> domains() {
    return loaded.stream().sorted().toList();
  }

  Hsm hsm() {
    return hsm;
  }

  private synchronized void addGeneration(String domain, boolean onlyIfNone) {
    if (onlyIfNone && loaded.contains(domain)) {
      return;
    }
    int generation = store.scan(PREFIX + domain + "/", null, MAX_GENERATIONS).size() + 1;
    if (generation > MAX_GENERATIONS) {
      throw new IllegalStateException(
          "domain %s has %d domain keys already".formatted(domain, MAX_GENERATIONS));
    }
    String key = "%s%s/%05d".formatted(PREFIX, domain, generation);
    byte[] token = hsm.newDomainKey(domain);
    if (!store.commit(Batch.begin().expectAbsent(key).put(key, token))) {
      throw new IllegalStateException("somebody else made domain key " + key + " at the same time");
    }
    try {
      hsm.loadDomainKey(domain, token);
    } catch (RootOfTrustException e) {
      throw new IllegalStateException("a domain key just made cannot be loaded: " + key, e);
    }
    loaded.add(domain);
  }
}
