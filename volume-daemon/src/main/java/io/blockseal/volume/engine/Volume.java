package io.blockseal.volume.engine;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.DirectoryFiles;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// One open volume: a disk whose bytes are kept encrypted in a file.
///
/// What it promises: after an acknowledged [#flush] every earlier acknowledged write survives a
/// crash; after a crash each 4 KiB unit is old or new; stored bytes that fail their authentication
/// are answered with [UnreadableUnitException], never with wrong bytes (GCM only); a sync that the
/// system fails makes the volume read-only until it is opened again. Thread-safe; `package-info`
/// gives the order of its locks.
public final class Volume implements BlockDevice, Cuttable, Closeable {
  private static final System.Logger LOG = System.getLogger(Volume.class.getName());

  /// Chunks fetched between two looks at how far it is.
  private static final long HYDRATION_STEP = 64;

  /// How many chunks may fail before all are taken to.
  private static final int MAX_PASSED_OVER = 64;

  private final VolumeFiles files;
  private final Medium medium;
  private final Units units;
  private final CurrentHeader header;
  private final Health health;
  private final boolean openedReadOnly;

  /// What is released on close: stores, keys, the lock.
  private final Closeables resources;

  private final GroupCommit commits = new GroupCommit(this::sync);

  /// Held while the volume grows.
  private final Object growing = new Object();

  /// Held while the source snapshot is let go.
  private final Object releasing = new Object();

  Volume(
      VolumeFiles files,
      Medium medium,
      Units units,
      CurrentHeader header,
      Health health,
      boolean openedReadOnly,
      Closeables resources) {
    this.files = files;
    this.medium = medium;
    this.units = units;
    this.header = header;
    this.health = health;
    this.openedReadOnly = openedReadOnly;
    this.resources = resources;
  }

  /// Makes a new volume at `file`, where there must be none. It is durable when this returns; after
  /// a failure nothing is left.
  ///
  /// @param dataKey 64 bytes, which the caller closes; null if the cipher is `NONE`
  public static void create(
      Path file, VolumeSpec spec, @Nullable SecretBytes dataKey, SecureRandom random)
      throws IOException {
    DirectoryFiles files = DirectoryFiles.create(file);
    try (files) {
      VolumeOpening.create(files, spec, dataKey, Tuning.forVolume(spec.sizeBytes()));
    } catch (Throwable e) {
      DirectoryFiles.delete(file);
      throw e;
    }
  }

  /// Opens the volume at `file`.
  ///
  /// @param dataKey which the caller closes, at once if he likes; null if the cipher is `NONE`
  /// @throws io.blockseal.volume.store.VolumeBusyException if it is open already
  /// @throws io.blockseal.volume.format.FormatException if the files are damaged, do not belong
  ///   together, or were not written with this data key
  /// @throws ForeignFilesException if they are not those of the volume that the options name
  /// @throws RolledBackException if the files are older than what the witness saw last
  public static Volume open(
      Path file, @Nullable SecretBytes dataKey, OpenOptions options, SecureRandom random)
      throws IOException {
    return VolumeOpening.open(DirectoryFiles.open(file), dataKey, options, random, null);
  }

  /// Opens the volume at `file` without its key, for snapshots of a detached volume. What it holds
  /// stays; its note of changed chunks is written, and after a crash what was there is made
  /// durable.
  ///
  /// @param options of which the volume's id and the backing count; no backing does for cuts that
  ///   count from the source snapshot
  /// @throws ForeignFilesException if the files are not those of the volume that the options name
  public static SealedVolume openSealed(Path file, OpenOptions options) throws IOException {
    return VolumeOpening.openSealed(DirectoryFiles.open(file), options);
  }

  /// Has the files of a volume that was not closed properly read as the disk has them, as opening
  /// it does, for who looks into its header before.
  ///
  /// @throws io.blockseal.volume.store.VolumeBusyException if it is open
  /// @throws IOException if the disk cannot be synced
  public static void dropCached(Path file) throws IOException {
    try (VolumeFiles files = DirectoryFiles.open(file)) {
      CachedRemains.drop(files);
    }
  }

  /// Removes the volume at `file` with its companions; one that is not there is no error.
  ///
  /// @throws io.blockseal.volume.store.VolumeBusyException if it is open
  public static void delete(Path file) throws IOException {
    DirectoryFiles.delete(file);
  }

  @Override
  public VolumeDescription describe() {
    return VolumeDescription.of(header.get());
  }

  @Override
  public long sizeBytes() {
    return medium.geometry().sizeBytes();
  }

  @Override
  public boolean readOnly() {
    return openedReadOnly || !health.good();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    checkRange(offset, target.remaining());
    int end = target.limit();
    Scratch scratch = medium.scratches().borrow();
    try {
      for (long at = offset; target.position() < end; ) {
        int length = units.pieceBytes(at, end - target.position());
        target.limit(target.position() + length);
        readPiece(at, length, target, scratch);
        at += length;
      }
    } finally {
      target.limit(end);
      medium.scratches().giveBack(scratch);
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    checkRange(offset, source.remaining());
    int end = source.limit();
    Scratch scratch = medium.scratches().borrow();
    try {
      for (long at = offset; source.position() < end; ) {
        int length = units.pieceBytes(at, end - source.position());
        source.limit(source.position() + length);
        units.prepare(at, source, scratch);
        change(at, length, source, scratch);
        at += length;
      }
    } finally {
      source.limit(end);
      medium.scratches().giveBack(scratch);
    }
  }

  @Override
  public void discard(long offset, long lengthBytes) throws IOException {
    checkRange(offset, lengthBytes);
    checkWritable();
    long end = offset + lengthBytes;
    Scratch scratch = medium.scratches().borrow();
    try {
      for (long at = offset; at < end; ) {
        long chunk = at / Geometry.CHUNK_BYTES;
        long data = medium.nextChunk(chunk);
        if (data != chunk) {
          at = data < 0 ? end : data * Geometry.CHUNK_BYTES;
          continue;
        }
        long rest = Math.min(end - at, Geometry.CHUNK_BYTES - at % Geometry.CHUNK_BYTES);
        int length = units.pieceBytes(at, rest);
        change(at, length, null, scratch);
        at += length;
      }
    } finally {
      medium.scratches().giveBack(scratch);
    }
  }

  @Override
  public void flush() throws IOException {
    medium.checkOpen();
    if (!openedReadOnly) {
      commits.commit();
    }
  }

  /// Makes the volume longer; the new part reads as zeros. Durable when this returns.
  ///
  /// @throws IllegalArgumentException if that would shorten it
  public void grow(long newSizeBytes) throws IOException {
    synchronized (growing) {
      medium.checkOpen();
      checkWritable();
      if (newSizeBytes < sizeBytes()) {
        throw new IllegalArgumentException(
            "volume %s has %d bytes and cannot shrink to %d"
                .formatted(files.name(), sizeBytes(), newSizeBytes));
      }
      medium.homes().resize(new Geometry(newSizeBytes, medium.geometry().tagged()));
      // A header that speaks of more than the file has is refused.
      health.attempt(medium.homes()::sync);
      header.replace(present -> present.grownTo(newSizeBytes));
      medium.grow(newSizeBytes);
    }
  }

  @Override
  public Cut cut(CutSink sink) throws IOException {
    return medium.cut(sink, this::facts);
  }

  @Override
  public Cut cut(CutSink sink, @Nullable String parent) throws IOException {
    return medium.cutFrom(parent, sink, this::facts);
  }

  @Override
  public Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException {
    return medium.resumeCut(remaining, sink, this::facts);
  }

  /// How much of the volume is in its own file.
  public HydrationStatus hydration() {
    long total = medium.geometry().chunkCount();
    return new HydrationStatus(
        header.get().sourceSnapshotId(), total - medium.hydration().missingCount(), total);
  }

  /// Fetches up to `maxChunks` chunks that are still missing, and lets the source snapshot go once
  /// there is none.
  public void hydrate(long maxChunks) throws IOException {
    hydrate(0, maxChunks);
  }

  /// Fetches everything that is still missing. What cannot be fetched is passed over, for the rest
  /// shall not wait for it, unless so much fails that the disk is full or the source is gone.
  ///
  /// @throws IOException the first reason why anything is missing still
  public void hydrateAll(ProgressListener listener) throws IOException {
    Hydration hydration = medium.hydration();
    IOException failure = null;
    int failures = 0;
    long from = 0;
    while (!hydration().complete() && (failure == null || hydration.nextMissing(from) >= 0)) {
      try {
        from = hydrate(from, HYDRATION_STEP);
      } catch (VolumeClosedException | ReadOnlyVolumeException e) {
        throw e;
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        long missing = hydration.nextMissing(from);
        if (missing < 0 || ++failures == MAX_PASSED_OVER) {
          throw failure;
        }
        from = missing + 1;
      }
      HydrationStatus status = hydration();
      listener.progress(status.chunksHere(), status.chunksTotal());
    }
    if (failure != null) {
      throw failure;
    }
  }

  /// @return from where on something may be missing
  private long hydrate(long from, long maxChunks) throws IOException {
    Hydration hydration = medium.hydration();
    Scratch scratch = medium.scratches().borrow();
    try {
      long next = from;
      long missing = hydration.nextMissing(next);
      for (long done = 0; done < maxChunks && missing >= 0; done++) {
        checkWritable();
        medium.bringUnlocked(missing, scratch);
        next = missing + 1;
        missing = hydration.nextMissing(next);
      }
      if (hydration.nextMissing(0) < 0 && !hydration.complete()) {
        flush();
        releaseSource(hydration);
      }
      return next;
    } finally {
      medium.scratches().giveBack(scratch);
    }
  }

  /// Flushes, brings everything home, notes what changed since the last snapshot, and lets the
  /// volume go. Cuts that are not done fail. Closing twice does nothing.
  ///
  /// @throws ReadOnlyVolumeException if a sync had failed before, perhaps in the background: the
  ///   volume is let go as it is, and writes since the last flush may be lost
  @Override
  public void close() throws IOException {
    if (!medium.shut()) {
      return;
    }
    try {
      if (!openedReadOnly) {
        health.check();
        commits.commit();
        medium.homes().finish();
        VolumeHeader closed = header.get();
        files.replace(
            VolumeFile.CHANGED,
            medium.changes().note(closed.sequence(), closed.volumeId()).toBytes());
        header.settle();
      }
    } catch (Throwable e) {
      resources.closeAfter(e);
      throw e;
    }
    resources.close();
  }

  private void readPiece(long offset, int length, ByteBuffer target, Scratch scratch)
      throws IOException {
    long first = offset / Geometry.CHUNK_BYTES;
    long last = (offset + length - 1) / Geometry.CHUNK_BYTES;
    medium.beforeRead(first, last, scratch);
    medium.locks().lockShared(first, last);
    try {
      medium.checkOpen();
      units.read(offset, target, scratch);
    } finally {
      medium.locks().unlockShared(first, last);
    }
  }

  /// @param source what to write; null if the piece is to be discarded
  private void change(long offset, int length, @Nullable ByteBuffer source, Scratch scratch)
      throws IOException {
    checkWritable();
    long first = offset / Geometry.CHUNK_BYTES;
    long last = (offset + length - 1) / Geometry.CHUNK_BYTES;
    long admitted = units.admit(offset, length);
    try {
      medium.locks().lockExclusive(first, last);
      try {
        medium.checkOpen();
        for (long chunk = first; chunk <= last; chunk++) {
          medium.beforeChange(chunk, scratch);
        }
        if (source == null) {
          units.discard(offset, length, scratch);
        } else {
          units.write(offset, source, scratch);
        }
      } finally {
        medium.locks().unlockExclusive(first, last);
      }
    } finally {
      units.dismiss(admitted);
    }
  }

  /// The work of a flush, one at a time.
  private void sync() throws IOException {
    checkWritable();
    Hydration hydration = medium.hydration();
    BitSet arrived = hydration.unsaved();
    health.attempt(
        () -> {
          medium.homes().sync();
          hydration.save(arrived);
        });
    if (allHere(hydration)) {
      releaseSourceOrKeepIt(hydration);
    }
  }

  private static boolean allHere(Hydration hydration) {
    return !hydration.complete() && hydration.nextMissing(0) < 0;
  }

  /// What was written is durable: if the source cannot be let go now, the next flush tries again.
  private void releaseSourceOrKeepIt(Hydration hydration) throws IOException {
    try {
      releaseSource(hydration);
    } catch (IOException e) {
      health.check();
      LOG.log(
          System.Logger.Level.WARNING,
          "volume {0}: the source snapshot is kept for now: {1}",
          files.name(),
          e.getMessage());
    }
  }

  /// Every chunk is here: once that is durable, the header forgets the source snapshot.
  private void releaseSource(Hydration hydration) throws IOException {
    synchronized (releasing) {
      if (hydration.complete()) {
        return;
      }
      health.attempt(medium.homes()::sync);
      medium.homes().adoptAll();
      header.replace(VolumeHeader::hydrated);
      hydration.finish();
      files.delete(VolumeFile.HYDRATION);
    }
  }

  private PendingCut.Facts facts() {
    return new PendingCut.Facts(describe(), units.epochTable());
  }

  private void checkWritable() throws ReadOnlyVolumeException {
    if (openedReadOnly) {
      throw new ReadOnlyVolumeException(files.name(), null);
    }
    health.check();
  }

  private void checkRange(long offset, long lengthBytes) {
    if (offset < 0 || lengthBytes < 0 || offset > sizeBytes() - lengthBytes) {
      throw new IllegalArgumentException(
          "%d bytes at %d lie outside volume %s of %d bytes"
              .formatted(lengthBytes, offset, files.name(), sizeBytes()));
    }
  }
}
