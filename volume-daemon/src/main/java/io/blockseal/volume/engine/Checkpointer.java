package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.JournalSegment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Brings frozen journal segments home and makes them free again, and makes writes durable. A
/// segment is frozen when it is full, or when nothing was written for a while.
///
/// A segment goes home in these steps: wait until the requests that appended to it have left; make
/// it, and the ciphertext that its records speak of, durable; bring it home, tag tree first
/// ([Homecoming]); make the segment durably empty; forget its generation of the overlay, which
/// waits for every request that might still read from it; let it be used again. A crash between any
/// two steps leaves a segment that can be brought home once more. Thread-safe.
final class Checkpointer implements Closeable {
  /// As often as Linux looks for dirty pages that are to be written
  /// (`vm.dirty_writeback_centisecs`).
  private static final long IDLE_NS = Duration.ofSeconds(5).toNanos();

  private final String name;
  private final SyncedStore home;
  private final SyncedStore journalFile;
  private final Overlay overlay;
  private final ChunkLocks locks;
  private final Homecoming homecoming;
  private final CheckedPages pages;
  private final Adoptions adoptions;
  private final Hydration hydration;
  private final EpochFile epochs;
  private final Health health;
  private final Journal journal;
  private final Worker worker;
  private final int adoptedPages;

  /// Whether somebody will look at the journal when a while has passed.
  private final AtomicBoolean watching = new AtomicBoolean();

  /// Held while a segment goes home. Taken before any lock of the package.
  private final Object turn = new Object();

  /// What runs checkpoints beside the requests.
  interface Worker extends Executor, Closeable {
    /// Runs something after a while, unless this is closed before.
    void executeLater(Runnable task, long delayNs);
  }

  /// @param active an empty segment of `journalFile`; the next one is empty too
  Checkpointer(
      String name,
      SyncedStore home,
      SyncedStore journalFile,
      JournalSegment active,
      Overlay overlay,
      ChunkLocks locks,
      Homecoming homecoming,
      CheckedPages pages,
      Adoptions adoptions,
      Hydration hydration,
      EpochFile epochs,
      Health health,
      Tuning tuning,
      Worker worker) {
    this.name = name;
    this.home = home;
    this.journalFile = journalFile;
    this.overlay = overlay;
    this.locks = locks;
    this.homecoming = homecoming;
    this.pages = pages;
    this.adoptions = adoptions;
    this.hydration = hydration;
    this.epochs = epochs;
    this.health = health;
    this.worker = worker;
    adoptedPages = tuning.adoptedPages();
    journal =
        new Journal(
            journalFile,
            active,
            overlay,
            health,
            tuning.indexedUnits(),
            () -> worker.execute(this::runAndReport),
            this::watch);
  }

  Journal journal() {
    return journal;
  }

  /// The homes that this checkpointer keeps durable; closing them closes it.
  TaggedHomes homes(Extent extent, ScratchPool scratches) {
    return new TaggedHomes(home, journalFile, overlay, extent, scratches, pages, this);
  }

  /// Refuses a chunk that is about to be placed if the tree knows it: then it was here before.
  void checkUnknown(long chunk, Scratch scratch) throws IOException {
    if (!Macs.isUnwritten(pages.leaf(chunk, scratch))) {
      throw new UnreadableUnitException(
          name,
          Geometry.firstUnitOf(chunk),
          "the tag tree knows its chunk, which is missing by the hydration map");
    }
  }

  /// A chunk was written home that came from the snapshot, or, if null, left a hole. The caller
  /// holds its exclusive lock.
  void adopt(long chunk, @Nullable ByteBuffer stored) {
    if (stored == null) {
      adoptions.adopt(chunk, Macs.unwritten());
      pages.drop(chunk);
      return;
    }
    byte[] leaf = pages.mac(chunk, stored, 0);
    adoptions.adopt(chunk, leaf);
    pages.keep(chunk, leaf, stored, 0);
  }

  /// Has the tree learn of the pages from the snapshot when they are many. Called with no lock
  /// held.
  void relieve() {
    if (adoptions.count() >= adoptedPages) {
      worker.execute(this::runAndReport);
    }
  }

  /// Has the tree learn of every page from the snapshot, all of which are here. Called with no lock
  /// of a chunk held.
  void adoptAll(ScratchPool scratches) throws IOException {
    Scratch scratch = scratches.borrow();
    try {
      for (long chunk = 0; chunk < hydration.chunkCount(); chunk++) {
        if (!adoptions.knows(chunk)) {
          getToKnow(chunk, scratch);
        }
        if (adoptions.count() >= adoptedPages) {
          run();
        }
      }
    } finally {
      scratches.giveBack(scratch);
    }
    run();
  }

  /// Makes every acknowledged write durable: one sync of the journal, and one of the volume file if
  /// fresh units went straight home.
  void sync() throws IOException {
    long position = journal.position();
    home.sync();
    journalFile.sync();
    journal.durableUpTo(position);
  }

  /// Brings everything home, and marks the epoch as closed. No request runs any more.
  void finish() throws IOException {
    do {
      journal.freezeRest();
      run();
      journal.freezeRest();
    } while (journal.frozen() != null);
    epochs.markClosed();
  }

  @Override
  public void close() throws IOException {
    try {
      worker.close();
    } finally {
      journal.stop(name);
    }
  }

  /// Finds out what the page of a chunk must be that arrived before the volume was opened.
  private void getToKnow(long chunk, Scratch scratch) throws IOException {
    locks.lockShared(chunk, chunk);
    try {
      pages.expected(chunk, scratch);
      adoptions.skip(chunk);
    } finally {
      locks.unlockShared(chunk, chunk);
    }
  }

  /// Has somebody look at the journal, which is not empty, until it is.
  private void watch() {
    if (!watching.get() && watching.compareAndSet(false, true)) {
      lookAfter(IDLE_NS);
    }
  }

  /// The next request that writes tries again if it fails, as when no thread can be started.
  private void lookAfter(long delayNs) {
    try {
      worker.executeLater(this::look, delayNs);
    } catch (RuntimeException | Error e) {
      watching.set(false);
    }
  }

  /// Brings the journal home if nothing was written to it for a while: reads are faster from the
  /// homes, a crash leaves less to recover, and a copy of the volume that is older is noticed.
  private void look() {
    long leftNs = IDLE_NS;
    try {
      leftNs = IDLE_NS - journal.idleNs();
      if (leftNs <= 0) {
        leftNs = IDLE_NS;
        journal.freezeRest();
        runAndReport();
      }
    } finally {
      if (isLeft()) {
        lookAfter(leftNs);
      } else {
        watching.set(false);
        if (isLeft()) { // by a request that saw somebody watching
          watch();
        }
      }
    }
  }

  /// Whether there is something that may go home.
  private boolean isLeft() {
    return health.good() && !journal.isEmpty();
  }

  private void runAndReport() {
    try {
      run();
    } catch (IOException e) {
      journal.checkpointFailed(e);
    } catch (RuntimeException e) {
      journal.checkpointFailed(new IOException("a checkpoint ended unexpectedly", e));
    } catch (Error e) {
      // Such as memory that is short. Writers wait for this checkpoint, so they have to be told.
      journal.checkpointFailed(new IOException("a checkpoint ended unexpectedly", e));
      throw e;
    }
  }

  private void run() throws IOException {
    synchronized (turn) {
      JournalSegment segment = journal.frozen();
      if (segment == null && adoptions.count() == 0) {
        return;
      }
      locks.awaitRequests();
      sync();
      homecoming.bring(segment);
      if (segment != null) {
        int generation = JournalSegment.half(segment.number());
        journal.retire(segment);
        overlay.clear(generation, locks);
        pages.forget(generation);
        journal.release();
      }
    }
  }
}
