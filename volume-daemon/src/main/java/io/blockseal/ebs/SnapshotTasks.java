package io.blockseal.ebs;

import io.blockseal.ebs.BlockPlane.SnapshotFacts;
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
      plane.work().await(task.completion());
      complete(snapshot);
    } catch (IOException | RuntimeException | Error e) {
      plane.work().checkOpen();
      fail(snapshot, action, e, "An internal error occurred while the blocks were copied.");
    } finally {
      running.remove(snapshot.id());
    }
  }

  /// Completes the record of a snapshot whose blocks are all there.
  void complete(ResourceName snapshot) throws IOException, InterruptedException {
    SnapshotFacts facts =
        plane
            .blocks()
            .snapshot(snapshot.id())
            .orElseThrow(() -> new IOException("the manifest of " + snapshot + " is gone"));
    Instant now = plane.clock().instant();
    plane.persist(
        "the completion of " + snapshot,
        () -> {
          plane
              .records()
              .snapshots()
              .update(snapshot.path(), r -> r.completed(now, facts.fullSizeBytes()));
          plane.holds().release(snapshot);
        });
    if (plane.records().snapshot(snapshot).isEmpty()) {
      // It was deleted just before there was something to stop.
      plane.blocks().deleteSnapshot(snapshot.id());
    }
  }

  /// Puts a snapshot into state `error`, unless it was deleted meanwhile.
  void fail(ResourceName snapshot, String action, Throwable cause, String stateMessage)
      throws InterruptedException {
    plane.persist(
        "the failure of " + snapshot,
        () -> {
          Optional<SnapshotRecord> failed =
              plane.records().snapshots().update(snapshot.path(), r -> r.failed(stateMessage));
          if (failed.isPresent()) {
            plane.keep(snapshot, action, cause);
          }
          plane.holds().release(snapshot);
        });
  }
}
