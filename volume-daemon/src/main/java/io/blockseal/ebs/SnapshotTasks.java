package io.blockseal.ebs;

import io.blockseal.ebs.BlockTask.Progress;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The snapshots that are being filled, and what becomes of their records when they are.
/// Thread-safe.
final class SnapshotTasks {
  private final ControlPlane plane;
  private final ConcurrentHashMap<String, BlockTask> running = new ConcurrentHashMap<>();

  SnapshotTasks(ControlPlane plane) {
    this.plane = plane;
  }

  /// How far the snapshot is; null if nothing fills it now.
  @Nullable Progress progress(String snapshotId) {
    BlockTask task = running.get(snapshotId);
    return task == null ? null : task.progress();
  }

  /// Waits in the background for a task that fills a snapshot.
  void follow(ResourceName snapshot, String action, BlockTask task) {
    running.put(snapshot.id(), task);
    plane.work().start(action + " of " + snapshot, () -> finish(snapshot, action, task));
  }

  /// Waits for a task that fills a snapshot, and completes its record or gives it up.
  void finish(ResourceName snapshot, String action, BlockTask task) throws InterruptedException {
    running.put(snapshot.id(), task);
    try {
      task.await();
      long fullSizeBytes =
          plane
              .blocks()
              .snapshot(snapshot.id())
              .orElseThrow(() -> new IOException("its manifest is gone"))
              .fullSizeBytes();
      Instant now = plane.clock().instant();
      plane
          .records()
          .snapshots()
          .update(snapshot.path(), record -> record.completed(now, fullSizeBytes));
    } catch (IOException e) {
      fail(snapshot, action, e, "An internal error occurred while the blocks were copied.");
    } finally {
      running.remove(snapshot.id());
    }
  }

  /// Puts a snapshot into state `error`, unless it was deleted meanwhile.
  void fail(ResourceName snapshot, String action, Exception cause, String stateMessage) {
    Optional<SnapshotRecord> failed =
        plane.records().snapshots().update(snapshot.path(), record -> record.failed(stateMessage));
    if (failed.isPresent()) {
      plane.keep(snapshot, action, cause);
    }
  }
}
