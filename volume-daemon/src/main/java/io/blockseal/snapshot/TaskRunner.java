package io.blockseal.snapshot;

import io.blockseal.snapshot.SnapshotTask.TaskStoppedException;
import io.blockseal.volume.engine.VolumeClosedException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs the tasks of pending snapshots, each on a virtual thread of its own; they take [Turns].
/// Thread-safe.
final class TaskRunner {
  private static final Logger LOG = System.getLogger(TaskRunner.class.getName());

  private final SnapshotFiles files;
  private final SnapshotCompletion completion;
  private final SnapshotRemoval removal;
  private final Turns turns;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Consumer<SnapshotJob> ended;

  /// @param ended called when a job is over, before its task says so
  TaskRunner(
      SnapshotFiles files,
      SnapshotCompletion completion,
      SnapshotRemoval removal,
      Turns turns,
      Consumer<SnapshotJob> ended) {
    this.files = files;
    this.completion = completion;
    this.removal = removal;
    this.turns = turns;
    this.ended = ended;
  }

  /// Begins to run a job.
  ///
  /// @param work null if the job has to wait until it is offered some
  void start(SnapshotJob job, @Nullable SnapshotWork work) {
    Thread thread =
        Thread.ofVirtual().name("snapshot " + job.snapshotId()).unstarted(() -> run(job, work));
    threads.add(thread);
    thread.start();
  }

  /// Waits until no job runs any more. They have to be asked to stop before.
  void awaitAll() {
    for (Thread thread : threads) {
      ParallelWork.join(thread);
    }
  }

  private void run(SnapshotJob job, @Nullable SnapshotWork first) {
    SnapshotTask task = job.task();
    try {
      for (SnapshotWork work = first; !done(job, work == null ? task.awaitWork() : work); ) {
        work = null;
      }
    } catch (TaskStoppedException e) {
      stopped(job, e);
    } catch (IOException | RuntimeException e) {
      discard(job, e, true);
    } catch (Error e) {
      // Nothing is certain any more, so nothing is taken away; the next process looks at it.
      ended.accept(job);
      task.fail(e);
      throw e;
    } finally {
      threads.remove(Thread.currentThread());
    }
  }

  /// @return false if the work came to an end before the snapshot did
  private boolean done(SnapshotJob job, SnapshotWork work) throws IOException {
    try {
      complete(job, work);
      return true;
    } catch (VolumeClosedException e) {
      job.task().interrupted();
      return false;
    }
  }

  private void stopped(SnapshotJob job, TaskStoppedException e) {
    switch (e.why()) {
      case CANCEL -> discard(job, e, true);
      case DELETE -> discard(job, e, false);
      case CLOSE -> {
        end(job);
        job.task().fail(e);
      }
    }
  }

  /// Gives a pending snapshot up and takes away what there is of it. As long as it is not taken
  /// back, the next process may go on with it, so it keeps what it has pinned.
  ///
  /// @param noted whether the reason is kept
  private void discard(SnapshotJob job, Exception reason, boolean noted) {
    if (noted) {
      tidy(
          job,
          reason,
          () -> files.noteFailure(job.snapshotId(), String.valueOf(reason.getMessage())));
    }
    if (!(reason instanceof TaskStoppedException)) {
      // A chunk whose storing failed may be stored all the same, and nobody noted which it was.
      tidy(job, reason, files::noteOrphans);
    }
    if (tidy(job, reason, job.pending()::unbegin)) {
      // What is left after a failure is on disk and recognisable: the next process takes it away.
      tidy(job, reason, () -> removal.discard(job.pending()));
      end(job);
    } else {
      ended.accept(job);
    }
    job.task().fail(reason);
  }

  /// A step of the cleaning up, which may fail as what is cleaned up after did: on a full disk.
  private interface Step {
    void run() throws IOException;
  }

  /// @return whether the step was done
  private static boolean tidy(SnapshotJob job, Exception reason, Step step) {
    try {
      step.run();
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "pending snapshot " + job.snapshotId() + " is not cleaned up", e);
      reason.addSuppressed(e);
      return false;
    }
  }

  private void complete(SnapshotJob job, SnapshotWork work) throws IOException {
    boolean published = false;
    try (work) {
      fill(job, work);
      job.task().copied();
      if (job.predecessor() != null) {
        job.predecessor().awaitEnd(job.task());
      }
      try (Turns.Turn turn = turns.await(job.task())) {
        completion.publish(job.pending());
      }
      published = true;
      work.completed();
    } catch (IOException | RuntimeException e) {
      if (!published) {
        throw e;
      }
      // The snapshot is complete, whatever becomes of its volume.
      LOG.log(Level.WARNING, "the source of snapshot " + job.snapshotId() + " is not closed", e);
    }
    try {
      job.pending().delete();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the remains of snapshot " + job.snapshotId() + " are left", e);
    }
    end(job);
    job.task().complete(job.pending().facts());
  }

  private void fill(SnapshotJob job, SnapshotWork work) throws IOException {
    boolean filled = false;
    try {
      work.run();
      try (Turns.Turn turn = turns.await(job.task())) {
        completion.assemble(job.pending());
      }
      filled = true;
    } finally {
      if (!filled) {
        work.givenUp();
      }
    }
  }

  private void end(SnapshotJob job) {
    try {
      job.release();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "pending snapshot " + job.snapshotId() + " is not closed", e);
    }
    ended.accept(job);
  }
}
