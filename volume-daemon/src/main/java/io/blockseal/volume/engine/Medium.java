package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.VolumeHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What an open volume is without its key: the stored chunks, where the missing ones come from,
/// which ones changed, the cuts that are pending, and the locks over all of it. Thread-safe.
final class Medium {
  private final String name;
  private final Extent extent;
  private final Homes homes;
  private final Hydration hydration;
  private final ChangeTracker changes;
  private final ChunkLocks locks;
  private final ScratchPool scratches;
  private final Health health;

  /// Cuts that are not closed. Grows with all chunks locked, so a request sees one list throughout.
  private final List<PendingCut> cuts = new CopyOnWriteArrayList<>();

  /// Set with all chunks locked.
  private volatile boolean closed;

  /// Whether any chunk was made ready to be changed since the volume was opened.
  private volatile boolean changed;

  Medium(
      String name,
      Extent extent,
      Homes homes,
      Hydration hydration,
      ChangeTracker changes,
      ChunkLocks locks,
      ScratchPool scratches,
      Health health) {
    this.name = name;
    this.health = health;
    this.locks = locks;
    this.scratches = scratches;
    this.extent = extent;
    this.homes = homes;
    this.hydration = hydration;
    this.changes = changes;
  }

  String name() {
    return name;
  }

  Geometry geometry() {
    return extent.geometry();
  }

  Homes homes() {
    return homes;
  }

  Hydration hydration() {
    return hydration;
  }

  ChangeTracker changes() {
    return changes;
  }

  ChunkLocks locks() {
    return locks;
  }

  ScratchPool scratches() {
    return scratches;
  }

  /// To be asked with a lock held: the answer stays as long as the lock does.
  void checkOpen() throws VolumeClosedException {
    if (closed) {
      throw new VolumeClosedException(name);
    }
  }

  /// Refuses every later request and waits for those that run.
  ///
  /// @return false if it was closed before
  boolean shut() {
    locks.lockAll();
    try {
      boolean first = !closed;
      closed = true;
      return first;
    } finally {
      locks.unlockAll();
    }
  }

  /// Makes `chunk` ready to be changed: brings it in, copies it for the cuts that still want it,
  /// and notes that it changes. The caller holds its exclusive lock.
  void beforeChange(long chunk, Scratch scratch) throws IOException {
    if (!hydration.here(chunk)) {
      bring(chunk, scratch);
    }
    if (!changed) {
      changed = true;
    }
    if (!cuts.isEmpty()) {
      for (PendingCut cut : cuts) {
        cut.beforeChange(chunk, scratch);
      }
    }
    changes.add(chunk);
  }

  /// Brings in every missing chunk of a range that is about to be read. Called with no lock held.
  void beforeRead(long firstChunk, long lastChunk, Scratch scratch) throws IOException {
    for (long chunk = firstChunk; chunk <= lastChunk && !hydration.complete(); chunk++) {
      bringUnlocked(chunk, scratch);
    }
  }

  /// Brings in `chunk` if it is missing. Called with no lock held.
  void bringUnlocked(long chunk, Scratch scratch) throws IOException {
    if (hydration.here(chunk)) {
      return;
    }
    locks.lockExclusive(chunk, chunk);
    try {
      checkOpen();
      if (!hydration.here(chunk)) {
        bring(chunk, scratch);
      }
    } finally {
      locks.unlockExclusive(chunk, chunk);
    }
    homes.relieve();
  }

  /// The stored form of `chunk`, wherever it is. The caller holds a lock of it.
  ///
  /// @return false if it is a hole
  boolean load(long chunk, ByteBuffer stored) throws IOException {
    return hydration.here(chunk) ? homes.load(chunk, stored) : hydration.fetch(chunk, stored);
  }

  /// The first chunk from `chunk` on that may not be a hole, or -1.
  long nextChunk(long chunk) throws IOException {
    long missing = hydration.nextMissing(chunk);
    long data = homes.nextChunk(chunk);
    return missing < 0 || (data >= 0 && data < missing) ? data : missing;
  }

  /// Cuts the volume as it is now, counting from the last confirmed snapshot.
  ///
  /// @param facts what is to be kept of this moment, asked with all chunks locked
  Cut cut(CutSink sink, Supplier<PendingCut.Facts> facts) throws IOException {
    locks.lockAll();
    try {
      checkOpen();
      return pending(new PendingCut(this, changes.cut(), facts.get(), sink));
    } finally {
      locks.unlockAll();
    }
  }

  /// As [#cut], but counting from `parent`: every chunk counts as changed if that is not the last
  /// confirmed snapshot.
  Cut cutFrom(@Nullable String parent, CutSink sink, Supplier<PendingCut.Facts> facts)
      throws IOException {
    locks.lockAll();
    try {
      checkOpen();
      ChangeTracker.Start start = changes.cut();
      if (!Objects.equals(start.parent(), parent)) {
        ChunkSet all = ChunkSet.allBelow(geometry().chunkCount());
        start = new ChangeTracker.Start(start.number(), null, all);
      }
      return pending(new PendingCut(this, start, facts.get(), sink));
    } finally {
      locks.unlockAll();
    }
  }

  /// Whether nothing changes any more: the volume is closed, and what it held stays, since no sync
  /// failed.
  boolean settled() {
    return closed && health.good();
  }

  /// A cut that a process began which did not live to end it.
  ///
  /// @throws VolumeChangedException if the volume is not what it was at the cut any more
  Cut resumeCut(ChunkSet remaining, CutSink sink, Supplier<PendingCut.Facts> facts)
      throws IOException {
    locks.lockAll();
    try {
      checkOpen();
      if (changed) {
        throw new VolumeChangedException(name);
      }
      ChangeTracker.Start start = new ChangeTracker.Start(ChangeTracker.UNTRACKED, null, remaining);
      return pending(new PendingCut(this, start, facts.get(), sink));
    } finally {
      locks.unlockAll();
    }
  }

  /// The cut is over.
  void forget(PendingCut cut) {
    cuts.remove(cut);
  }

  /// The volume is longer now; called by the one who grows it.
  void grow(long newSizeBytes) {
    locks.lockAll();
    try {
      extent.grow(newSizeBytes);
    } finally {
      locks.unlockAll();
    }
  }

  /// The set of changed chunks that is right whatever happened to the volume before.
  static ChangeTracker unknownChanges(VolumeHeader header, Hydration hydration, long chunkCount) {
    if (hydration.complete()) {
      return ChangeTracker.assuming(null, ChunkSet.allBelow(chunkCount).toBits());
    }
    ChunkSet grown = ChunkSet.allBelow(chunkCount).minus(ChunkSet.allBelow(hydration.chunkCount()));
    return ChangeTracker.assuming(
        header.sourceSnapshotId(), grown.plus(ChunkSet.ofBits(hydration.hereSet())).toBits());
  }

  private PendingCut pending(PendingCut cut) {
    cuts.add(cut);
    return cut;
  }

  private void bring(long chunk, Scratch scratch) throws IOException {
    ByteBuffer stored = scratch.stored(geometry().storedChunkBytes());
    if (hydration.fetch(chunk, stored)) {
      homes.place(chunk, stored.flip());
    } else {
      homes.place(chunk, null);
    }
    hydration.arrived(chunk);
  }
}
