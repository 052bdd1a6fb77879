package io.blockseal.volume.engine;

import io.blockseal.volume.format.EpochTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A cut whose chunks are being copied.
///
/// A chunk is claimed and copied under its lock, shared by the copying thread and exclusive by a
/// writer, so each one reaches the sink once, and before it changes.
final class PendingCut implements Cut {
  /// What is kept of the moment of the cut.
  ///
  /// @param description the header
  /// @param epochTable what the chunks need
  record Facts(VolumeDescription description, EpochTable epochTable) {}

  private final Medium medium;
  private final ChangeTracker.Start start;
  private final Facts facts;
  private final CutSink sink;
  private final long total;

  /// Makes copiers take turns, so that one that returns leaves none behind.
  private final Object copying = new Object();

  /// Guards the fields below; held for memory work only.
  private final Object lock = new Object();

  private final BitSet remaining;
  private long done;
  private boolean closed;
  private boolean copied;
  private @Nullable Throwable failure;

  PendingCut(Medium medium, ChangeTracker.Start start, Facts facts, CutSink sink) {
    this.medium = medium;
    this.start = start;
    this.facts = facts;
    this.sink = sink;
    remaining = start.changed().toBits();
    total = start.changed().count();
  }

  @Override
  public @Nullable String parent() {
    return start.parent();
  }

  @Override
  public ChunkSet changed() {
    return start.changed();
  }

  @Override
  public byte[] epochTable() {
    return facts.epochTable().toBytes();
  }

  @Override
  public long sizeBytes() {
    return facts.description().sizeBytes();
  }

  @Override
  public VolumeDescription description() {
    return facts.description();
  }

  @Override
  public void copyRemaining(ProgressListener listener) throws IOException {
    synchronized (copying) {
      Scratch scratch = medium.scratches().borrow();
      try {
        for (long chunk = next(0); chunk >= 0; chunk = next(chunk + 1)) {
          copy(chunk, scratch);
          listener.progress(done(), total);
        }
      } finally {
        medium.scratches().giveBack(scratch);
      }
      medium.locks().awaitRequests();
      checkUsable();
      synchronized (lock) {
        copied = true;
      }
    }
  }

  @Override
  public boolean resumable() {
    synchronized (lock) {
      return failure == null && (copied || medium.settled());
    }
  }

  @Override
  public void confirm(String snapshotId) {
    medium.changes().confirm(start.number(), snapshotId);
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      remaining.clear();
    }
    medium.forget(this);
  }

  /// Copies `chunk`, which is about to change, if nobody has. The caller holds its exclusive lock.
  void beforeChange(long chunk, Scratch scratch) {
    if (claim(chunk)) {
      hand(chunk, scratch);
    }
  }

  private void copy(long chunk, Scratch scratch) throws IOException {
    medium.locks().lockShared(chunk, chunk);
    try {
      medium.checkOpen();
      if (claim(chunk)) {
        hand(chunk, scratch);
      }
    } finally {
      medium.locks().unlockShared(chunk, chunk);
    }
    checkUsable();
  }

  /// Gives a claimed chunk to the sink. What goes wrong ends the cut, and nothing else.
  private void hand(long chunk, Scratch scratch) {
    try {
      ByteBuffer stored = scratch.stored(medium.geometry().storedChunkBytes());
      boolean data = medium.load(chunk, stored);
      sink.chunk(chunk, data ? stored.flip().asReadOnlyBuffer() : null);
    } catch (IOException | RuntimeException e) {
      fail(e);
      sink.lost(e);
    } catch (Error e) {
      // Such as memory that is short: the chunk is claimed, so nobody will copy it any more.
      fail(e);
      sink.lost(e);
      throw e;
    }
  }

  private boolean claim(long chunk) {
    synchronized (lock) {
      if (failure != null || !remaining.get((int) chunk)) {
        return false;
      }
      remaining.clear((int) chunk);
      done++;
      return true;
    }
  }

  private long next(long chunk) {
    synchronized (lock) {
      return failure != null ? -1 : remaining.nextSetBit((int) chunk);
    }
  }

  private long done() {
    synchronized (lock) {
      return done;
    }
  }

  private void fail(Throwable e) {
    synchronized (lock) {
      failure = e;
      remaining.clear();
    }
  }

  private void checkUsable() throws IOException {
    synchronized (lock) {
      if (failure != null) {
        throw new IOException(
            "the cut of volume %s failed: %s".formatted(medium.name(), failure.getMessage()),
            failure);
      }
      if (closed) {
        throw new IOException("the cut of volume %s was closed".formatted(medium.name()));
      }
    }
  }
}
