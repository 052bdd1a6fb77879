package io.blockseal.snapshot;

import io.blockseal.snapshot.ChunkPins.PinSet;
import io.blockseal.snapshot.SnapshotTask.Kind;
import io.blockseal.snapshot.SnapshotUses.Use;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a store does about the snapshots that were pending when the process before it ended.
/// Confined to the call that opens the store.
final class Recovery {
  private static final Logger LOG = System.getLogger(Recovery.class.getName());

  private final SnapshotParts parts;
  private final List<Runnable> starts = new ArrayList<>();

  Recovery(SnapshotParts parts) {
    this.parts = parts;
  }

  /// Takes up what can be taken up, declares the rest failed, and lets the tasks run once all are
  /// known to each other.
  void run() throws IOException {
    List<String> snapshotIds = parts.files().pendingIds();
    if (!snapshotIds.isEmpty()) {
      parts.files().noteOrphans();
    }
    List<PendingSnapshot> left = new ArrayList<>();
    for (String snapshotId : snapshotIds) {
      try {
        recover(snapshotId).ifPresent(left::add);
      } catch (IOException e) {
        giveUp(snapshotId, e);
      }
    }
    // Predecessors come first, so that their tasks are known to those that wait for them.
    while (!left.isEmpty()) {
      PendingSnapshot next =
          left.stream().filter(pending -> !waitsForOneOf(left, pending)).findFirst().orElseThrow();
      left.remove(next);
      try {
        takeUp(next);
      } catch (IOException e) {
        giveUp(next.facts().snapshotId(), e);
      }
    }
    starts.forEach(Runnable::run);
  }

  /// One pending snapshot that makes no sense keeps no daemon from starting.
  private void giveUp(String snapshotId, IOException reason) {
    LOG.log(Level.WARNING, "pending snapshot " + snapshotId + " is given up", reason);
    try {
      if (!parts.files().completed(snapshotId)) {
        parts.files().noteFailure(snapshotId, String.valueOf(reason.getMessage()));
      }
      parts.removal().discardRemains(snapshotId);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the remains of snapshot " + snapshotId + " are left", e);
    }
  }

  private static boolean waitsForOneOf(List<PendingSnapshot> left, PendingSnapshot pending) {
    String predecessorId = pending.origin().predecessorId();
    return left.stream()
        .anyMatch(other -> other != pending && other.facts().snapshotId().equals(predecessorId));
  }

  /// The snapshot, if there is something to take up.
  private Optional<PendingSnapshot> recover(String snapshotId) throws IOException {
    if (parts.files().completed(snapshotId) || parts.files().failure(snapshotId).isPresent()) {
      parts.removal().discardRemains(snapshotId);
      return Optional.empty();
    }
    Optional<PendingSnapshot> pending = PendingSnapshot.reopen(parts.files().pending(snapshotId));
    if (pending.isEmpty()) {
      parts.removal().discardRemains(snapshotId);
      return Optional.empty();
    }
    String lost = whyLost(pending.get());
    if (lost != null) {
      parts.files().noteFailure(snapshotId, lost);
      pending.get().unbegin();
      parts.removal().discard(pending.get());
      return Optional.empty();
    }
    return pending;
  }

  /// Why a snapshot cannot be completed any more; null if it can.
  private @Nullable String whyLost(PendingSnapshot pending) throws IOException {
    String sourceId = pending.origin().sourceId();
    if (sourceId != null && !parts.files().completed(sourceId)) {
      return "snapshot " + sourceId + ", which it takes chunks from, is gone";
    }
    if (!assembled(pending)) {
      if (pending.origin().kind() != Kind.TAKE) {
        return null;
      }
      if (!pending.origin().bootId().equals(parts.bootId())) {
        return "the machine was started anew before the snapshot was complete";
      }
      if (!pending.sound()) {
        return "the service stopped before the snapshot was complete, and the volume went on"
            + " without it";
      }
    }
    return pending.lostChunks(parts.chunks())
        ? "chunks that were copied already could not be made durable"
        : null;
  }

  private void takeUp(PendingSnapshot pending) throws IOException {
    SnapshotTask task =
        new SnapshotTask(pending.facts().snapshotId(), pending.origin().kind(), parts.clock());
    long done = expect(pending, task);
    PinSet pins = parts.pins().openSet(pending.facts().geometry().chunkCount());
    pending
        .slots()
        .forEach(
            (chunk, digest) -> {
              if (!digest.equals(DigestSlots.HOLE)) {
                pins.add(digest);
              }
            });
    String predecessorId = pending.origin().predecessorId();
    SnapshotTask predecessor =
        predecessorId == null
            ? null
            : parts.jobs().job(predecessorId).map(SnapshotJob::task).orElse(null);
    SnapshotJob job = new SnapshotJob(task, pending, pins, source(pending), predecessor);
    parts.jobs().add(job);
    if (goesOnByItself(pending, done)) {
      starts.add(() -> parts.runner().start(job, SnapshotWork.NONE));
    } else {
      task.interrupted();
      starts.add(() -> parts.runner().start(job, null));
    }
  }

  /// Sets the progress of a task that is taken up.
  ///
  /// @return how many chunks are stored
  private long expect(PendingSnapshot pending, SnapshotTask task) throws IOException {
    long done = pending.stored(parts.chunks()).count();
    long total = pending.changed().count();
    String sourceId = pending.origin().sourceId();
    if (pending.origin().kind() == Kind.REENCRYPT && sourceId != null) {
      try (Manifest source = parts.manifests().open(sourceId)) {
        total = source.entries();
      }
    }
    task.expect(total, pending.facts().sizeBytes());
    task.continueFrom(done);
    return done;
  }

  private boolean goesOnByItself(PendingSnapshot pending, long done) {
    return switch (pending.origin().kind()) {
      case SHARE -> true;
      case TAKE -> assembled(pending) || done == pending.changed().count();
      case REENCRYPT -> assembled(pending);
    };
  }

  private @Nullable Use source(PendingSnapshot pending) {
    String sourceId = pending.origin().sourceId();
    if (sourceId == null) {
      return null;
    }
    // Nothing was removed yet, so the source of a pending snapshot is there, deleted or not.
    return parts.uses().useAgain(sourceId);
  }

  private static boolean assembled(PendingSnapshot pending) {
    return Files.exists(pending.manifest());
  }
}
