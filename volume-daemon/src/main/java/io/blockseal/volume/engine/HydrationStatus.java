package io.blockseal.volume.engine;

import org.jspecify.annotations.Nullable;

/// How much of a volume made from a snapshot is in its own file. Immutable.
///
/// @param sourceSnapshotId where the rest comes from; null if nothing is missing
/// @param chunksHere chunks that the file holds
/// @param chunksTotal chunks of the volume
public record HydrationStatus(
    @Nullable String sourceSnapshotId, long chunksHere, long chunksTotal) {
  /// Whether the source is not needed any more.
  public boolean complete() {
    return sourceSnapshotId == null;
  }
}
