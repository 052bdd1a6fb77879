package io.blockseal.snapshot;

import io.blockseal.snapshot.ChunkReferences.Intent;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Taking snapshots and chunks away: what nobody refers to goes, in steps that the next process can
/// continue. Thread-safe.
final class SnapshotRemoval {
  private static final Logger LOG = System.getLogger(SnapshotRemoval.class.getName());
  private static final int DIGESTS_PER_STEP = 1000;

  private final SnapshotFiles files;
  private final ChunkStore chunks;
  private final ChunkReferences references;
  private final ChunkPins pins;
  private final SnapshotUses uses;

  /// Held by the one thread that removes snapshots. Outside of every other lock of the store.
  private final ReentrantLock removing = new ReentrantLock();

  SnapshotRemoval(
      SnapshotFiles files,
      ChunkStore chunks,
      ChunkReferences references,
      ChunkPins pins,
      SnapshotUses uses) {
    this.files = files;
    this.chunks = chunks;
    this.references = references;
    this.pins = pins;
    this.uses = uses;
  }

  /// Removes every deleted snapshot that nobody needs, and every chunk that nobody refers to and no
  /// pending snapshot has pinned. A manifest that was never counted is there if the metadata are
  /// older than the files beside them; what they count is not to be relied on then, and every chunk
  /// stays.
  void run() throws IOException {
    IOException failure = null;
    try {
      removeDoomed();
    } catch (IOException e) {
      failure = e; // One manifest that cannot be read keeps nobody else's chunks.
    }
    Optional<String> uncounted = uncounted();
    if (uncounted.isPresent()) {
      LOG.log(
          Level.WARNING,
          "the metadata do not know of snapshot {0}, whose manifest is there: no chunk is deleted",
          uncounted.get());
    } else {
      removeChunks();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Optional<String> uncounted() throws IOException {
    for (String snapshotId : files.completedIds()) {
      if (references.intent(snapshotId).isEmpty() && files.completed(snapshotId)) {
        return Optional.of(snapshotId);
      }
    }
    return Optional.empty();
  }

  private void removeChunks() throws IOException {
    if (files.orphansNoted()) {
      long notes = files.orphanNotes();
      abandonOrphans();
      files.forgetOrphans(notes);
    }
    references.sweep(this::sweep);
  }

  /// Deletes a chunk, unless a snapshot needs it again since it was called garbage: one that is
  /// pending has it pinned, and one that completed has counted it before it let go of its pins.
  ///
  /// @return whether the chunk is garbage no more
  private boolean sweep(ChunkDigest digest) throws IOException {
    return pins.deleteUnpinned(
        digest,
        () -> {
          if (references.count(digest) == 0) {
            chunks.delete(digest);
          }
        });
  }

  /// Removes a deleted snapshot if nobody needs it; its chunks stay until the next [#run].
  void removeDoomed(String snapshotId) throws IOException {
    removing.lock();
    try {
      if (uses.removable(snapshotId)) {
        remove(snapshotId);
      }
    } finally {
      removing.unlock();
    }
  }

  private void removeDoomed() throws IOException {
    removing.lock();
    try {
      removeEach(uses.removable());
    } finally {
      removing.unlock();
    }
  }

  private void removeEach(List<String> doomed) throws IOException {
    IOException failure = null;
    for (String snapshotId : doomed) {
      try {
        remove(snapshotId);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void remove(String snapshotId) throws IOException {
    dereference(snapshotId, files.manifest(snapshotId));
    files.deleteManifest(snapshotId);
    references.forget(snapshotId);
    uses.forget(snapshotId);
  }

  /// Undoes what was done for a pending snapshot that comes to nothing. Its pins may be closed
  /// afterwards.
  void discard(PendingSnapshot pending) throws IOException {
    String snapshotId = pending.facts().snapshotId();
    if (files.completed(snapshotId)) {
      // The very last step failed, after it was done.
      uses.doom(snapshotId);
      pending.delete();
      return;
    }
    dereference(snapshotId, pending.manifest());
    abandonChunks(pending);
    pending.delete();
    references.forget(snapshotId);
  }

  /// As [#discard], for what another process left of a snapshot that it did not begin, was
  /// discarding or had completed. Chunks in it may become orphans.
  void discardRemains(String snapshotId) throws IOException {
    Path directory = files.pending(snapshotId);
    if (references.intent(snapshotId).isPresent() && !files.completed(snapshotId)) {
      dereference(snapshotId, directory.resolve("manifest"));
      DurableFiles.deleteTree(directory);
      references.forget(snapshotId);
      return;
    }
    DurableFiles.deleteTree(directory);
  }

  /// Declares chunks garbage that no manifest refers to: those of pending snapshots whose memory
  /// was lost with a process or a machine. Chunks that pending snapshots have pinned are not swept.
  private void abandonOrphans() throws IOException {
    List<ChunkDigest> found = new ArrayList<>();
    chunks.forEach(
        digest -> {
          found.add(digest);
          if (found.size() == DIGESTS_PER_STEP) {
            references.abandon("orphan", found);
            found.clear();
          }
        });
    references.abandon("orphan", found);
  }

  private void dereference(String snapshotId, Path manifestFile) throws IOException {
    Optional<Intent> intent = references.intent(snapshotId);
    if (intent.isEmpty()) {
      return;
    }
    references.beginRemoval(snapshotId);
    if (intent.get().counted() == 0) {
      return;
    }
    try (Manifest manifest = Manifest.open(manifestFile)) {
      references.remove(snapshotId, manifest);
    }
  }

  private void abandonChunks(PendingSnapshot pending) throws IOException {
    String snapshotId = pending.facts().snapshotId();
    List<ChunkDigest> stored = new ArrayList<>();
    pending
        .slots()
        .forEach(
            (chunk, digest) -> {
              if (!digest.equals(DigestSlots.HOLE)) {
                stored.add(digest);
              }
              if (stored.size() == DIGESTS_PER_STEP) {
                references.abandon(snapshotId, stored);
                stored.clear();
              }
            });
    references.abandon(snapshotId, stored);
  }
}
