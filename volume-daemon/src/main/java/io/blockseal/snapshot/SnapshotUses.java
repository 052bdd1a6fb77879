package io.blockseal.snapshot;

import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who needs which snapshot, so that none is removed under its users.
///
/// | key | meaning |
/// |---|---|
/// | `snapshot-store/hold/<snapshot>/<holder>` | the holder needs the snapshot until it releases it |
/// | `snapshot-store/doomed/<snapshot>` | the snapshot is deleted and goes when nobody needs it |
///
/// A *hold* outlives the process: a volume that is not hydrated yet has one. A *use* does not: a
/// task has one for its source, and is taken up again, or given up, by the next process before
/// anything is removed. Thread-safe.
final class SnapshotUses {
  private static final String HOLD = "snapshot-store/hold/";
  private static final String DOOMED = "snapshot-store/doomed/";
  private static final int PAGE = 1000;

  private final MetadataStore metadata;

  // Guarded by this, which is held over commits to the metadata too.
  private final Map<String, Set<String>> holders = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final Set<String> doomed = new HashSet<>();

  SnapshotUses(MetadataStore metadata) {
    this.metadata = metadata;
    for (String key : keys(HOLD)) {
      int slash = key.indexOf('/');
      holders
          .computeIfAbsent(key.substring(0, slash), id -> new HashSet<>())
          .add(key.substring(slash + 1));
    }
    doomed.addAll(keys(DOOMED));
  }

  /// Keeps a snapshot from being removed until the use is closed.
  ///
  /// @return empty if it is deleted and nobody holds it
  synchronized Optional<Use> use(String snapshotId) {
    if (doomed.contains(snapshotId) && !holders.containsKey(snapshotId)) {
      return Optional.empty();
    }
    return Optional.of(useAgain(snapshotId));
  }

  /// A further use for a pending snapshot that has one, or had one in the process before this one
  /// if nothing was removed yet.
  synchronized Use useAgain(String snapshotId) {
    uses.merge(snapshotId, 1, Integer::sum);
    return new Use(snapshotId);
  }

  /// Keeps a snapshot until `holder` releases it, across restarts. Repeating it does nothing.
  ///
  /// @return false if the snapshot is deleted
  synchronized boolean hold(String snapshotId, String holder) {
    Set<String> present = holders.getOrDefault(snapshotId, Set.of());
    if (present.contains(holder)) {
      return true;
    }
    if (doomed.contains(snapshotId)) {
      return false;
    }
    metadata.commit(Batch.begin().put(HOLD + snapshotId + "/" + holder, new byte[0]));
    holders.computeIfAbsent(snapshotId, id -> new HashSet<>()).add(holder);
    return true;
  }

  /// Gives up everything that `holder` holds. Repeating it does nothing.
  synchronized void release(String holder) {
    for (String snapshotId : List.copyOf(holders.keySet())) {
      Set<String> present = holders.getOrDefault(snapshotId, Set.of());
      if (present.contains(holder)) {
        metadata.commit(Batch.begin().delete(HOLD + snapshotId + "/" + holder));
        present.remove(holder);
        if (present.isEmpty()) {
          holders.remove(snapshotId);
        }
      }
    }
  }

  synchronized boolean held(String snapshotId, String holder) {
    return holders.getOrDefault(snapshotId, Set.of()).contains(holder);
  }

  /// Every hold there is.
  synchronized List<SnapshotHold> holds() {
    List<SnapshotHold> holds = new ArrayList<>();
    holders.forEach((id, all) -> all.forEach(holder -> holds.add(new SnapshotHold(id, holder))));
    return holds;
  }

  /// Deletes a snapshot as soon as nobody needs it; durable on return.
  synchronized void doom(String snapshotId) {
    if (!doomed.contains(snapshotId)) {
      metadata.commit(Batch.begin().put(DOOMED + snapshotId, new byte[0]));
      doomed.add(snapshotId);
    }
  }

  synchronized boolean doomed(String snapshotId) {
    return doomed.contains(snapshotId);
  }

  /// The deleted snapshots that nobody needs. They stay so, since nobody can begin to.
  synchronized List<String> removable() {
    List<String> removable = new ArrayList<>();
    for (String snapshotId : doomed) {
      if (removable(snapshotId)) {
        removable.add(snapshotId);
      }
    }
    return removable;
  }

  /// Whether a snapshot is deleted, and nobody needs it.
  synchronized boolean removable(String snapshotId) {
    return doomed.contains(snapshotId)
        && !uses.containsKey(snapshotId)
        && !holders.containsKey(snapshotId);
  }

  /// The snapshot is removed.
  synchronized void forget(String snapshotId) {
    metadata.commit(Batch.begin().delete(DOOMED + snapshotId));
    doomed.remove(snapshotId);
  }

  private synchronized void end(String snapshotId) {
    uses.computeIfPresent(snapshotId, (id, count) -> count == 1 ? null : count - 1);
  }

  private List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    String after = null;
    List<Entry> page;
    do {
      page = metadata.scan(prefix, after, PAGE);
      for (Entry entry : page) {
        after = entry.key();
        keys.add(after.substring(prefix.length()));
      }
    } while (page.size() == PAGE);
    return keys;
  }

  /// A need for a snapshot that ends with this process at the latest.
  final class Use implements AutoCloseable {
    private final String snapshotId;
    private boolean ended;

    private Use(String snapshotId) {
      this.snapshotId = snapshotId;
    }

    @Override
    public synchronized void close() {
      if (!ended) {
        ended = true;
        end(snapshotId);
      }
    }
  }
}
