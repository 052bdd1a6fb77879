package io.blockseal.snapshot;

import io.blockseal.snapshot.SnapshotUses.Use;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/// What the operations of one snapshot store share.
record SnapshotParts(
    SnapshotFiles files,
    Manifests manifests,
    ChunkStore chunks,
    ChunkPins pins,
    SnapshotUses uses,
    PendingJobs jobs,
    TaskRunner runner,
    SnapshotRemoval removal,
    Housekeeping housekeeping,
    ChunkScratchPool scratches,
    Turns turns,
    InstantSource clock,
    String bootId) {
  /// Opens a completed snapshot that is not deleted.
  ///
  /// @param attempt what for, in the words of an error
  StoredChunks open(String snapshotId, String attempt) throws IOException {
    if (uses.doomed(snapshotId)) {
      throw new SnapshotNotFoundException(snapshotId, attempt);
    }
    return openHeld(snapshotId, attempt);
  }

  /// Opens a completed snapshot to copy it to `newId`, which must hold it if it is deleted.
  StoredChunks openFor(String newId, String snapshotId) throws IOException {
    return uses.held(snapshotId, newId) ? openHeld(snapshotId, "copy") : open(snapshotId, "copy");
  }

  /// Opens a completed snapshot, which may be deleted if somebody holds it.
  StoredChunks openHeld(String snapshotId, String attempt) throws IOException {
    Use use = use(snapshotId).orElse(null);
    if (use == null) {
      throw new SnapshotNotFoundException(snapshotId, attempt);
    }
    return open(snapshotId, use);
  }

  /// Opens the source of a pending snapshot, which may be deleted but is not removed.
  StoredChunks openSource(String snapshotId) throws IOException {
    return open(snapshotId, uses.useAgain(snapshotId));
  }

  private StoredChunks open(String snapshotId, Use use) throws IOException {
    try {
      return new StoredChunks(manifests.open(snapshotId), chunks, use);
    } catch (IOException | RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /// Keeps a completed snapshot from being removed; empty if it is not there.
  Optional<Use> use(String snapshotId) {
    Optional<Use> use = uses.use(snapshotId);
    if (use.isPresent() && !files.completed(snapshotId)) {
      use.get().close();
      return Optional.empty();
    }
    return use;
  }

  /// @throws IllegalArgumentException if the id is in use, by a snapshot or by the note of a
  ///   failure
  void admit(String snapshotId) throws IOException {
    jobs.admit(SnapshotFacts.checkId(snapshotId));
    if (files.completed(snapshotId) || files.failure(snapshotId).isPresent()) {
      jobs.dismiss(snapshotId);
      throw new IllegalArgumentException("there is a snapshot " + snapshotId + " already");
    }
  }

  /// Makes a begun snapshot known and lets its task run.
  void start(SnapshotJob job, SnapshotWork work) {
    jobs.add(job);
    runner.start(job, work);
  }

  /// Takes away what there is of a snapshot that could not be begun.
  void forgetBeginning(String snapshotId, Exception reason) {
    try {
      files.noteOrphans();
      removal.discardRemains(snapshotId);
    } catch (IOException | RuntimeException e) {
      reason.addSuppressed(e);
    }
    jobs.dismiss(snapshotId);
    housekeeping.wake();
  }
}
