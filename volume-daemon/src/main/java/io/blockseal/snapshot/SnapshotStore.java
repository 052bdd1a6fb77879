package io.blockseal.snapshot;

import io.blockseal.meta.MetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.SnapshotTask.Kind;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.snapshot.SnapshotTask.Stop;
import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.format.EpochTable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All snapshots: their manifests, their chunks and the tasks that make them.
///
/// A snapshot is *pending* from the call that begins it until its task completes or fails; a
/// process that dies meanwhile leaves it to the next one, see [#interrupted]. It is *completed*
/// when its chunks, its manifest and its references are durable. Thread-safe.
public final class SnapshotStore implements Closeable {
  private final SnapshotParts parts;
  private final Taking taking;
  private final Copying copying;

  private SnapshotStore(SnapshotParts parts, SecureRandom random) {
    this.parts = parts;
    taking = new Taking(parts);
    copying = new Copying(parts, random);
  }

  /// Opens the store in `directory`, which is created if only its parent is there, and goes on with
  /// what the process before this one left pending.
  ///
  /// @param chunks closed by the caller, after the store
  /// @param metadata closed by the caller, after the store
  public static SnapshotStore open(
      Path directory,
      ChunkStore chunks,
      MetadataStore metadata,
      SecureRandom random,
      InstantSource clock)
      throws IOException {
    return open(directory, chunks, metadata, random, clock, BootId.current());
  }

  static SnapshotStore open(
      Path directory,
      ChunkStore chunks,
      MetadataStore metadata,
      SecureRandom random,
      InstantSource clock,
      String bootId)
      throws IOException {
    SnapshotFiles files = SnapshotFiles.open(directory);
    try {
      ChunkReferences references = new ChunkReferences(metadata);
      Manifests manifests = new Manifests(files, references);
      ChunkPins pins = new ChunkPins();
      SnapshotUses uses = new SnapshotUses(metadata);
      SnapshotRemoval removal = new SnapshotRemoval(files, chunks, references, pins, uses);
      PendingJobs jobs = new PendingJobs();
      Turns turns = new Turns();
      Housekeeping housekeeping = new Housekeeping(removal);
      TaskRunner runner =
          new TaskRunner(
              files,
              new SnapshotCompletion(files, chunks, references, manifests),
              removal,
              turns,
              job -> {
                jobs.end(job);
                housekeeping.wake();
              });
      SnapshotParts parts =
          new SnapshotParts(
              files,
              manifests,
              chunks,
              pins,
              uses,
              jobs,
              runner,
              removal,
              housekeeping,
              new ChunkScratchPool(),
              turns,
              clock,
              bootId);
      new Recovery(parts).run();
      housekeeping.start();
      return new SnapshotStore(parts, random);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /// Takes a snapshot of a volume as it is at one moment inside this call, and copies its chunks
  /// after it. Only chunks that the volume changed since its last snapshot are copied; if that one
  /// is deleted, all of them are. Snapshots of one volume complete in the order of their moments.
  ///
  /// @param source closed when the task needs it no more; if this throws, the caller still has it
  /// @throws TooManySnapshotsException if too many snapshots are pending
  /// @throws IllegalArgumentException if there is a snapshot of that id, pending, completed or
  ///   failed
  public SnapshotTask take(String snapshotId, CutSource source) throws IOException {
    return taking.take(snapshotId, source);
  }

  /// The pending snapshots that need a volume or keys to go on: because the volume was closed, or
  /// because another process began them. An interrupted snapshot of a volume must be resumed, or
  /// deleted, before the volume is written to.
  public List<InterruptedSnapshot> interrupted() {
    return parts.jobs().all().stream()
        .filter(job -> job.task().state() == State.INTERRUPTED)
        .map(InterruptedSnapshot::of)
        .toList();
  }

  /// Goes on with an interrupted snapshot of a volume, which was opened just before and not written
  /// to.
  ///
  /// @param source closed when the task needs it no more; if this throws, the caller still has it
  public SnapshotTask resume(String snapshotId, CutSource source) throws IOException {
    return taking.resume(interrupted(snapshotId, Kind.TAKE), source);
  }

  /// Goes on with an interrupted copy. What was encrypted already stays.
  ///
  /// @param sourceKey the data key of the source; null if that is not encrypted
  /// @param targetKey the data key that the copy was begun with
  public SnapshotTask resume(
      String snapshotId, @Nullable SecretBytes sourceKey, SecretBytes targetKey)
      throws IOException {
    return copying.resume(interrupted(snapshotId, Kind.REENCRYPT), sourceKey, targetKey);
  }

  /// Copies a snapshot without touching its chunks: same data key, wrapped anew.
  ///
  /// @param wrapping null if the source is not encrypted
  /// @throws SnapshotNotFoundException if the source is not there, or deleted and not held by
  ///   `newId`
  public SnapshotTask share(String sourceId, String newId, @Nullable WrappedKey wrapping)
      throws IOException {
    return copying.share(sourceId, newId, wrapping);
  }

  /// Copies a snapshot under another data key, which begins a lineage of its own. The keys are used
  /// after this returns, but the caller may close its own at once.
  ///
  /// @param sourceKey null if the source is not encrypted
  /// @throws SnapshotNotFoundException if the source is not there, or deleted and not held by
  ///   `newId`
  public SnapshotTask reencrypt(
      String sourceId,
      @Nullable SecretBytes sourceKey,
      String newId,
      NewKey target,
      SecretBytes targetKey)
      throws IOException {
    return copying.reencrypt(sourceId, sourceKey, newId, target, targetKey);
  }

  /// The chunks of a snapshot, for a volume of the same lineage that was made of it.
  ///
  /// @throws SnapshotNotFoundException if it is not there, or deleted and not held
  public SnapshotBacking backing(String snapshotId) throws IOException {
    return new SnapshotBacking(parts.openHeld(snapshotId, "restore"));
  }

  /// Writes all data of a snapshot into a volume of another lineage, which must be empty. Takes
  /// until everything is written and durable.
  ///
  /// @param sourceKey null if the source is not encrypted
  public void restoreReencrypted(
      String sourceId,
      @Nullable SecretBytes sourceKey,
      BlockDevice target,
      ProgressListener listener)
      throws IOException {
    try (StoredChunks source = parts.openHeld(sourceId, "restore");
        ChunkDecoder decoder =
            ChunkDecoder.of(
                source.facts(), EpochTable.parse(source.manifest().epochTable()), sourceKey)) {
      new Restoration(source, decoder, target, parts.scratches(), listener).run();
    }
  }

  /// Reads every chunk of a snapshot and checks its digest; needs no key.
  ///
  /// @throws ManifestFormatException if the manifest itself is damaged
  public VerifyReport verify(String snapshotId, ProgressListener listener) throws IOException {
    try (StoredChunks source = parts.open(snapshotId, "verify")) {
      return new Verification(source, parts.scratches(), listener).run();
    }
  }

  /// The manifest of a completed snapshot; the caller closes it.
  public Optional<Manifest> manifest(String snapshotId) throws IOException {
    return parts.uses().doomed(snapshotId) || !parts.files().completed(snapshotId)
        ? Optional.empty()
        : Optional.of(parts.manifests().open(snapshotId));
  }

  /// As [#manifest], also of a snapshot that is deleted but still held.
  public Optional<Manifest> heldManifest(String snapshotId) throws IOException {
    try (SnapshotUses.Use use = parts.use(snapshotId).orElse(null)) {
      return use == null ? Optional.empty() : Optional.of(parts.manifests().open(snapshotId));
    }
  }

  /// Where a snapshot stands; empty if it is unknown or deleted.
  public Optional<State> state(String snapshotId) throws IOException {
    Optional<SnapshotJob> job = parts.jobs().job(snapshotId);
    if (job.isPresent()) {
      return Optional.of(job.get().task().state());
    }
    if (parts.files().completed(snapshotId)) {
      return parts.uses().doomed(snapshotId) ? Optional.empty() : Optional.of(State.COMPLETED);
    }
    return parts.files().failure(snapshotId).map(reason -> State.FAILED);
  }

  /// The task of a pending snapshot.
  public Optional<SnapshotTask> task(String snapshotId) {
    return parts.jobs().job(snapshotId).map(SnapshotJob::task);
  }

  /// Every pending snapshot.
  public List<String> pending() {
    return parts.jobs().all().stream().map(SnapshotJob::snapshotId).toList();
  }

  /// The tasks of a volume's pending snapshots.
  public List<SnapshotTask> tasksOf(String volumeId) {
    return parts.jobs().all().stream()
        .filter(job -> job.task().kind() == Kind.TAKE)
        .filter(job -> job.pending().facts().volumeId().equals(volumeId))
        .map(SnapshotJob::task)
        .toList();
  }

  /// Why a snapshot failed, until it is deleted.
  public Optional<String> failure(String snapshotId) throws IOException {
    return parts.files().failure(snapshotId);
  }

  /// Keeps a snapshot from being removed until [#release], across restarts, even if it is deleted
  /// meanwhile: a volume that takes chunks from it does this under its own id. Repeating it does
  /// nothing.
  ///
  /// @param holder letters, digits and dashes
  /// @throws SnapshotNotFoundException if the snapshot is not there
  public void hold(String snapshotId, String holder) throws IOException {
    if (!parts.files().completed(snapshotId)
        || !parts.uses().hold(snapshotId, SnapshotFacts.checkId(holder))) {
      throw new SnapshotNotFoundException(snapshotId, "hold");
    }
  }

  /// Gives up every hold of `holder`. Repeating it does nothing.
  public void release(String holder) {
    parts.uses().release(holder);
    parts.housekeeping().wake();
  }

  /// Every hold there is.
  public List<SnapshotHold> holds() {
    return parts.uses().holds();
  }

  /// Deletes a snapshot. It is gone when this returns, and its id may be used again, unless a task
  /// or a holder needs it: then it is gone for everybody else, and follows when they are done. Its
  /// chunks go in the background. A pending snapshot is stopped, a failed one forgotten; one that
  /// is not there is no error.
  public void delete(String snapshotId) throws IOException {
    Optional<SnapshotJob> job = parts.jobs().job(snapshotId);
    if (job.isPresent()) {
      job.get().task().stop(Stop.DELETE);
      job.get().task().awaitEnd();
    }
    if (!parts.files().forgetFailure(snapshotId) && parts.files().completed(snapshotId)) {
      parts.uses().doom(snapshotId);
      parts.removal().removeDoomed(snapshotId);
    }
    parts.housekeeping().wake();
  }

  /// Waits until everything that can be removed is.
  void settle() {
    parts.housekeeping().settle();
  }

  /// Stops all tasks. Copies, and snapshots of volumes that were closed before, go on when the
  /// store is opened again; snapshots of volumes that are still open are lost.
  @Override
  public void close() throws IOException {
    // First, because a task that stops lets go of chunks that it needs when it goes on.
    parts.housekeeping().close();
    parts.jobs().all().forEach(job -> job.task().stop(Stop.CLOSE));
    parts.runner().awaitAll();
    parts.files().close();
  }

  private SnapshotJob interrupted(String snapshotId, Kind kind) throws IOException {
    SnapshotJob job = parts.jobs().job(snapshotId).orElse(null);
    if (job == null) {
      throw new SnapshotNotFoundException(snapshotId, "resume");
    }
    if (job.task().state() != State.INTERRUPTED || job.task().kind() != kind) {
      throw new IllegalStateException("cannot resume " + job.task() + " this way");
    }
    return job;
  }
}
