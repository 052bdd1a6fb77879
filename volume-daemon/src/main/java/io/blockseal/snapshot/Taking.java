package io.blockseal.snapshot;

import io.blockseal.snapshot.ChunkPins.PinSet;
import io.blockseal.snapshot.PendingSnapshot.Origin;
import io.blockseal.snapshot.SnapshotTask.Kind;
import io.blockseal.snapshot.SnapshotUses.Use;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.ChunkSet;
import io.blockseal.volume.engine.Cut;
import io.blockseal.volume.engine.VolumeChangedException;
import io.blockseal.volume.engine.VolumeDescription;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Beginning snapshots of volumes, and taking them up again. Thread-safe.
final class Taking {
  /// The locks that volumes share.
  private static final int TURNS = 16;

  private static final System.Logger LOG = System.getLogger(Taking.class.getName());

  private final SnapshotParts parts;

  /// A volume belongs to one of these. Held from the cut until the snapshot is written down as
  /// begun, so that snapshots of a volume are begun in the order of their cuts. Nothing that a
  /// volume calls takes it.
  private final ReentrantLock[] turns = new ReentrantLock[TURNS];

  Taking(SnapshotParts parts) {
    this.parts = parts;
    for (int i = 0; i < TURNS; i++) {
      turns[i] = new ReentrantLock();
    }
  }

  /// The moment of the snapshot lies inside this call.
  SnapshotTask take(String snapshotId, CutSource source) throws IOException {
    parts.admit(snapshotId);
    ReentrantLock turn =
        turns[Math.floorMod(source.volume().describe().volumeId().hashCode(), TURNS)];
    turn.lock();
    try {
      return new Beginning(snapshotId, source).begin();
    } catch (IOException | RuntimeException e) {
      parts.forgetBeginning(snapshotId, e);
      throw e;
    } finally {
      turn.unlock();
    }
  }

  /// Takes up the interrupted snapshot of a volume that was not written to since.
  SnapshotTask resume(SnapshotJob job, CutSource source) throws IOException {
    PendingSnapshot pending = job.pending();
    SnapshotFacts facts = pending.facts();
    if (!source.volume().describe().volumeId().equals(facts.volumeId())) {
      throw new IllegalArgumentException(
          "snapshot %s is one of volume %s, not of %s"
              .formatted(
                  facts.snapshotId(), facts.volumeId(), source.volume().describe().volumeId()));
    }
    TakeWork.Sink sink =
        new TakeWork.Sink(new ChunkIntake(parts.chunks(), job.pins(), pending.slots(), job.task()));
    sink.begun(pending);
    if (pending.lostChunks(parts.chunks())) {
      pending.markUnsound();
      job.task().cancel();
      throw new IOException(
          "chunks of snapshot %s were lost after they were copied".formatted(facts.snapshotId()));
    }
    ChunkSet remaining = pending.changed().minus(pending.stored(parts.chunks()));
    Cut cut = resumeCut(job, source, remaining, sink);
    job.task().continueFrom(pending.changed().count() - remaining.count());
    if (!job.task().offer(new TakeWork(job.task(), pending, source, cut, parts))) {
      cut.close();
      throw new IllegalStateException(
          "snapshot " + facts.snapshotId() + " is not interrupted, it is " + job.task().state());
    }
    return job.task();
  }

  /// A snapshot whose moment is lost is given up for good.
  private static Cut resumeCut(
      SnapshotJob job, CutSource source, ChunkSet remaining, TakeWork.Sink sink)
      throws IOException {
    try {
      return source.volume().resumeCut(remaining, sink);
    } catch (VolumeChangedException e) {
      job.pending().markUnsound();
      job.task().cancel();
      throw e;
    }
  }

  /// One attempt to begin a snapshot: what is open is closed again unless the task takes it over.
  private final class Beginning {
    private final String snapshotId;
    private final CutSource source;
    private final Path directory;
    private final PinSet pins;
    private @Nullable DigestSlots slots;
    private @Nullable Cut cut;
    private @Nullable Use parent;

    private Beginning(String snapshotId, CutSource source) {
      this.snapshotId = snapshotId;
      this.source = source;
      directory = parts.files().pending(snapshotId);
      pins =
          parts.pins().openSet(1 + source.volume().describe().sizeBytes() / Geometry.CHUNK_BYTES);
    }

    private SnapshotTask begin() throws IOException {
      try {
        return cut();
      } catch (IOException | RuntimeException e) {
        pins.close();
        closeAll(e);
        throw e;
      }
    }

    private void closeAll(Exception reason) {
      try (Use use = parent;
          DigestSlots filling = slots;
          Cut lost = cut) {
        // Closing is all.
      } catch (IOException | RuntimeException e) {
        reason.addSuppressed(e);
      }
    }

    private SnapshotTask cut() throws IOException {
      SnapshotTask task = newTask();
      slots = PendingSnapshot.prepare(directory);
      TakeWork.Sink sink = newSink(task, slots);
      cut = source.volume().cut(sink);
      if (cut.parent() != null) {
        parent = usableParent(cut).orElse(null);
        if (parent == null) {
          // The volume counts from a snapshot that is gone. What came until now is of no use.
          cut.close();
          slots.close();
          task = newTask();
          slots = PendingSnapshot.prepare(directory);
          sink = newSink(task, slots);
          cut = source.volume().cut(sink, null);
        }
      }
      return begun(task, slots, sink, cut);
    }

    private SnapshotTask begun(
        SnapshotTask task, DigestSlots filling, TakeWork.Sink sink, Cut begun) throws IOException {
      SnapshotTask predecessor = parts.jobs().lastOf(begun.description().volumeId());
      Origin origin =
          new Origin(
              Kind.TAKE,
              parts.bootId(),
              begun.parent(),
              predecessor == null ? null : predecessor.snapshotId());
      PendingSnapshot pending =
          PendingSnapshot.begin(
              directory, facts(begun), begun.epochTable(), origin, begun.changed(), filling);
      sink.begun(pending);
      task.expect(begun.changed().count(), begun.sizeBytes());
      parts.start(
          new SnapshotJob(task, pending, pins, parent, predecessor),
          new TakeWork(task, pending, source, begun, parts));
      return task;
    }

    private SnapshotTask newTask() {
      return new SnapshotTask(snapshotId, Kind.TAKE, parts.clock());
    }

    private TakeWork.Sink newSink(SnapshotTask task, DigestSlots filling) {
      return new TakeWork.Sink(new ChunkIntake(parts.chunks(), pins, filling, task));
    }

    private SnapshotFacts facts(Cut begun) {
      VolumeDescription volume = begun.description();
      String encryptedDataKey = volume.encryptedDataKey();
      return new SnapshotFacts(
          snapshotId,
          volume.volumeId(),
          begun.sizeBytes(),
          volume.cipher(),
          volume.lineageId(),
          encryptedDataKey == null
              ? null
              : new WrappedKey(volume.kmsKeyArn(), encryptedDataKey, volume.encryptionContext()),
          begun.parent());
    }
  }

  /// The snapshot that a cut counts from, if it is still there, whole and of the same lineage.
  private Optional<Use> usableParent(Cut cut) throws IOException {
    String parentId = cut.parent();
    if (parentId == null) {
      return Optional.empty();
    }
    Optional<Use> use = parts.use(parentId);
    if (use.isPresent() && !sameLineage(parentId, cut)) {
      use.get().close();
      return Optional.empty();
    }
    return use;
  }

  private boolean sameLineage(String parentId, Cut cut) throws IOException {
    try (Manifest manifest = parts.manifests().open(parentId)) {
      VolumeDescription volume = cut.description();
      return manifest.facts().lineageId().equals(volume.lineageId())
          && manifest.facts().cipher() == volume.cipher()
          && manifest.facts().sizeBytes() <= cut.sizeBytes();
    } catch (ManifestFormatException e) {
      LOG.log(
          Level.WARNING,
          "a snapshot of {0} copies everything: {1}",
          cut.description().volumeId(),
          e.getMessage());
      return false;
    }
  }
}
