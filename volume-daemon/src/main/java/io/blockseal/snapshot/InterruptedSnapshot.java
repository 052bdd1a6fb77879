package io.blockseal.snapshot;

import org.jspecify.annotations.Nullable;

/// A pending snapshot that cannot go on by itself.
///
/// @param kind a snapshot of a volume needs that volume, a copy needs keys
/// @param facts of the snapshot to be; they name the volume, or the wrapped key of the copy
/// @param sourceId the snapshot that is copied, or that the snapshot of a volume builds on
public record InterruptedSnapshot(
    SnapshotTask.Kind kind, SnapshotFacts facts, @Nullable String sourceId) {
  static InterruptedSnapshot of(SnapshotJob job) {
    return new InterruptedSnapshot(
        job.task().kind(), job.pending().facts(), job.pending().origin().sourceId());
  }

  public String snapshotId() {
    return facts.snapshotId();
  }
}
