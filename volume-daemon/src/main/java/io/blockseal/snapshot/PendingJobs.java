package io.blockseal.snapshot;

import io.blockseal.snapshot.SnapshotTask.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The pending snapshots of one store. Thread-safe.
final class PendingJobs {
  /// Each may keep a megabyte of pins, a file and two chunk buffers. AWS lets an account have as
  /// many.
  static final int MAX_PENDING = 100;

  // Guarded by this.
  private final Map<String, SnapshotJob> jobs = new HashMap<>();
  private final Set<String> admitted = new HashSet<>();
  private final Map<String, SnapshotTask> lastOfVolume = new HashMap<>();

  /// Reserves a place for a snapshot that is about to be begun.
  ///
  /// @throws IllegalArgumentException if it is pending already
  synchronized void admit(String snapshotId) throws IOException {
    if (jobs.containsKey(snapshotId) || admitted.contains(snapshotId)) {
      throw new IllegalArgumentException("snapshot " + snapshotId + " is pending already");
    }
    if (jobs.size() + admitted.size() >= MAX_PENDING) {
      throw new TooManySnapshotsException(snapshotId, MAX_PENDING);
    }
    admitted.add(snapshotId);
  }

  /// Gives the place back, unless the snapshot was begun.
  synchronized void dismiss(String snapshotId) {
    admitted.remove(snapshotId);
  }

  /// The snapshot is begun.
  synchronized void add(SnapshotJob job) {
    admitted.remove(job.snapshotId());
    jobs.put(job.snapshotId(), job);
    if (job.task().kind() == Kind.TAKE) {
      lastOfVolume.put(job.pending().facts().volumeId(), job.task());
    }
  }

  /// The snapshot is not pending any more.
  synchronized void end(SnapshotJob job) {
    jobs.remove(job.snapshotId());
    if (job.task().kind() == Kind.TAKE) {
      lastOfVolume.remove(job.pending().facts().volumeId(), job.task());
    }
  }

  synchronized Optional<SnapshotJob> job(String snapshotId) {
    return Optional.ofNullable(jobs.get(snapshotId));
  }

  synchronized List<SnapshotJob> all() {
    return List.copyOf(jobs.values());
  }

  /// The pending snapshot of a volume that was cut last; null if there is none.
  synchronized @Nullable SnapshotTask lastOf(String volumeId) {
    return lastOfVolume.get(volumeId);
  }
}
