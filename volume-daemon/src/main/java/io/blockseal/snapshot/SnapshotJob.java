package io.blockseal.snapshot;

import io.blockseal.snapshot.SnapshotUses.Use;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A pending snapshot in this process: its task, its directory, and what it keeps from being swept.
///
/// @param pins the chunks that it has stored
/// @param source keeps the snapshot that it builds on or copies; null if there is none
/// @param predecessor the snapshot of the same volume that has to end first; null if there is none
record SnapshotJob(
    SnapshotTask task,
    PendingSnapshot pending,
    ChunkPins.PinSet pins,
    @Nullable Use source,
    @Nullable SnapshotTask predecessor) {
  String snapshotId() {
    return task.snapshotId();
  }

  /// Lets go of everything but what is on disk.
  void release() throws IOException {
    pins.close();
    if (source != null) {
      source.close();
    }
    pending.close();
  }
}
