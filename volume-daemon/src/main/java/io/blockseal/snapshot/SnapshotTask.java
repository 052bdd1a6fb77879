package io.blockseal.snapshot;

import io.blockseal.volume.block.Geometry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The making of one snapshot, which goes on after the call that began it. Thread-safe.
public final class SnapshotTask {
  private static final long STOP_POLL_MS = 50;

  private final String snapshotId;
  private final Kind kind;
  private final InstantSource clock;
  private final AtomicLong chunksDone = new AtomicLong();
  private final CompletableFuture<SnapshotFacts> completion = new CompletableFuture<>();

  private volatile Instant startedAt;
  private volatile State state = State.RUNNING;
  private volatile long chunksTotal;
  private volatile long bytesTotal;
  private volatile @Nullable Stop stop;
  private volatile boolean copied;

  /// What an interrupted task goes on with. Guarded by this.
  private @Nullable SnapshotWork offered;

  SnapshotTask(String snapshotId, Kind kind, InstantSource clock) {
    this.snapshotId = snapshotId;
    this.kind = kind;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /// What a snapshot is made of.
  public enum Kind {
    /// A moment of a volume.
    TAKE,
    /// The chunks of another snapshot, as they are.
    SHARE,
    /// The chunks of another snapshot, encrypted anew.
    REENCRYPT
  }

  /// Where a task stands.
  public enum State {
    /// It goes on by itself.
    RUNNING,
    /// It needs a volume or a key to go on: see [SnapshotStore#resume].
    INTERRUPTED,
    /// The snapshot is complete and durable.
    COMPLETED,
    /// There is no snapshot and there will be none.
    FAILED
  }

  /// Why a task is asked to stop.
  enum Stop {
    /// The snapshot was cancelled, and is to be seen as failed.
    CANCEL,
    /// The snapshot is deleted.
    DELETE,
    /// The store is closed.
    CLOSE
  }

  public String snapshotId() {
    return snapshotId;
  }

  public Kind kind() {
    return kind;
  }

  public State state() {
    return state;
  }

  /// Whether it needs its volume, or its source, until it is through with its chunks. A running
  /// task that does not may still have to wait for another one before it completes.
  public boolean copying() {
    return state == State.RUNNING && !copied;
  }

  public TaskProgress progress() {
    long total = chunksTotal;
    long done = Math.min(chunksDone.get(), total);
    long bytes = done == total ? bytesTotal : Math.min(bytesTotal, done * Geometry.CHUNK_BYTES);
    return new TaskProgress(startedAt, done, total, bytes, bytesTotal);
  }

  /// Completes with the facts of the snapshot, or exceptionally with what went wrong. The caller
  /// may do with it what it likes.
  public CompletableFuture<SnapshotFacts> completion() {
    return completion.copy();
  }

  /// Asks the task to stop; it fails soon, unless it completes before.
  public void cancel() {
    stop(Stop.CANCEL);
  }

  /// What went wrong, if it failed.
  public Optional<Throwable> failure() {
    return completion.isCompletedExceptionally()
        ? Optional.of(completion.exceptionNow())
        : Optional.empty();
  }

  /// Whoever deleted it is waiting for that, whatever is asked afterwards.
  synchronized void stop(Stop why) {
    if (stop != Stop.DELETE) {
      stop = why;
    }
    notifyAll();
  }

  /// The task cannot go on by itself.
  synchronized void interrupted() {
    state = State.INTERRUPTED;
  }

  /// Gives an interrupted task what it needs to go on.
  ///
  /// @return false if it is not interrupted
  synchronized boolean offer(SnapshotWork work) {
    if (state != State.INTERRUPTED || stop != null) {
      return false;
    }
    state = State.RUNNING;
    offered = work;
    notifyAll();
    return true;
  }

  /// Waits for an [#offer].
  ///
  /// @throws TaskStoppedException if the task was asked to stop
  synchronized SnapshotWork awaitWork() {
    while (offered == null) {
      checkpoint();
      try {
        wait();
      } catch (InterruptedException e) {
        throw interruption(e);
      }
    }
    SnapshotWork work = offered;
    offered = null;
    return work;
  }

  /// What is to be done in all.
  ///
  /// @param sizeBytes of the volume, whose last chunk may not be a full one
  void expect(long chunks, long sizeBytes) {
    bytesTotal = Math.min(sizeBytes, chunks * Geometry.CHUNK_BYTES);
    chunksTotal = chunks;
  }

  /// Takes the task up again, with `chunks` done already.
  void continueFrom(long chunks) {
    chunksDone.set(chunks);
    startedAt = clock.instant();
  }

  void advance() {
    chunksDone.incrementAndGet();
  }

  /// Every chunk is stored.
  void copied() {
    copied = true;
  }

  /// To be called between two chunks.
  ///
  /// @throws TaskStoppedException if the task was asked to stop
  void checkpoint() {
    Stop why = stop;
    if (why != null) {
      throw new TaskStoppedException(snapshotId, why);
    }
  }

  void complete(SnapshotFacts facts) {
    state = State.COMPLETED;
    completion.complete(facts);
  }

  void fail(Throwable reason) {
    state = State.FAILED;
    completion.completeExceptionally(reason);
  }

  /// Waits until this task has completed or failed.
  void awaitEnd() {
    completion.handle((facts, failure) -> this).join();
  }

  /// Waits until this task has completed or failed.
  ///
  /// @param waiting gives up when it is asked to stop
  void awaitEnd(SnapshotTask waiting) {
    while (true) {
      waiting.checkpoint();
      try {
        completion.get(STOP_POLL_MS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        // Not yet: the loop looks whether it shall stop.
      } catch (ExecutionException e) {
        return;
      } catch (InterruptedException e) {
        throw waiting.interruption(e);
      }
    }
  }

  /// What an interrupt of the task's thread means. Nobody but the end of the process sends one.
  TaskStoppedException interruption(InterruptedException e) {
    Thread.currentThread().interrupt();
    TaskStoppedException stopped = new TaskStoppedException(snapshotId, Stop.CLOSE);
    stopped.addSuppressed(e);
    return stopped;
  }

  @Override
  public String toString() {
    return "SnapshotTask[" + snapshotId + ", " + kind + ", " + state + "]";
  }

  /// Ends the work of a task that was asked to stop.
  static final class TaskStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Stop why;

    TaskStoppedException(String snapshotId, Stop why) {
      super(
          switch (why) {
            case CANCEL -> "snapshot " + snapshotId + " was cancelled";
            case DELETE -> "snapshot " + snapshotId + " was deleted before it was complete";
            case CLOSE -> "snapshot " + snapshotId + " was still pending when its store was closed";
          });
      this.why = why;
    }

    Stop why() {
      return why;
    }
  }
}
