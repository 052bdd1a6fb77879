package io.blockseal.volume.engine;

import java.lang.System.Logger.Level;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The thread that brings the journal of one volume home. It starts with the first write to the
/// volume, as a child of the request that writes, and so has that thread's rights to memory.
/// Thread-safe.
final class CheckpointThread implements Checkpointer.Worker {
  private static final System.Logger LOG = System.getLogger(CheckpointThread.class.getName());

  private final ScheduledThreadPoolExecutor executor;

  /// One checkpoint that waits does the work of all that are asked for meanwhile.
  private final AtomicBoolean waiting = new AtomicBoolean();

  CheckpointThread(String volume) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task ->
                Thread.ofPlatform().daemon().name("blockseal-checkpoint-" + volume).unstarted(task),
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable checkpoint) {
    if (!waiting.compareAndSet(false, true)) {
      return;
    }
    try {
      startThread();
      executor.execute(
          () -> {
            waiting.set(false);
            run(checkpoint);
          });
    } catch (RuntimeException | Error e) {
      waiting.set(false);
      throw e;
    }
  }

  @Override
  public void executeLater(Runnable task, long delayNs) {
    startThread();
    var _ = executor.schedule(() -> run(task), delayNs, TimeUnit.NANOSECONDS);
  }

  /// Else a task would wait in the queue for a thread that could not be started.
  private void startThread() {
    executor.prestartCoreThread();
  }

  /// The executor would keep what goes wrong to itself.
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a checkpoint ended unexpectedly", e);
      throw e;
    }
  }

  /// Waits for the checkpoint that runs.
  @Override
  public void close() {
    executor.close();
  }
}
