package io.blockseal.volume.engine;

import io.blockseal.volume.format.JournalSegment;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Executor;

/// Brings frozen journal segments home and makes them free again, and makes writes durable.
///
/// A segment goes home in these steps: wait until the requests that appended to it have left; make
/// it, and the ciphertext that its records speak of, durable; write content and tag pages home;
/// make the homes durable; make the segment durably empty; forget its generation of the overlay,
/// which waits for every request that might still read from it; let it be used again. A crash
/// between any two steps leaves a segment that can be brought home once more. Thread-safe.
final class Checkpointer implements Closeable {
  private final SyncedStore home;
  private final SyncedStore journalFile;
  private final Overlay overlay;
  private final ChunkLocks locks;
  private final Homecoming homecoming;
  private final EpochFile epochs;
  private final Journal journal;
  private final Worker worker;

  /// Held while a segment goes home. Taken before any lock of the package.
  private final Object turn = new Object();

  /// What runs checkpoints beside the requests.
  interface Worker extends Executor, Closeable {}

  /// @param active an empty segment of `journalFile`; the next one is empty too
  Checkpointer(
      SyncedStore home,
      SyncedStore journalFile,
      JournalSegment active,
      Overlay overlay,
      ChunkLocks locks,
      Homecoming homecoming,
      EpochFile epochs,
      Health health,
      Tuning tuning,
      Worker worker) {
    this.home = home;
    this.journalFile = journalFile;
    this.overlay = overlay;
    this.locks = locks;
    this.homecoming = homecoming;
    this.epochs = epochs;
    this.worker = worker;
    journal =
        new Journal(
            journalFile,
            active,
            overlay,
            health,
            tuning.indexedUnits(),
            () -> worker.execute(this::runAndReport));
  }

  Journal journal() {
    return journal;
  }

  /// The homes that this checkpointer keeps durable; closing them closes it.
  TaggedHomes homes(Extent extent, ScratchPool scratches) {
    return new TaggedHomes(home, journalFile, overlay, extent, scratches, this);
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
    worker.close();
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
      if (segment == null) {
        return;
      }
      int generation = JournalSegment.half(segment.number());
      locks.awaitRequests();
      sync();
      homecoming.bring(generation, chunk -> true);
      home.sync();
      journal.retire(segment);
      overlay.clear(generation, locks);
      journal.release();
    }
  }
}
