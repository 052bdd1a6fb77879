package io.blockseal.volume.engine;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The thread that brings the journal of one volume home. It starts with the first checkpoint, as a
/// child of the request that asks for it, and so has that thread's rights to memory. Thread-safe.
final class CheckpointThread implements Checkpointer.Worker {
  /// One checkpoint that waits does the work of all that were asked for meanwhile.
  private static final int QUEUE = 1;

  private final ThreadPoolExecutor executor;

  CheckpointThread(String volume) {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            task ->
                Thread.ofPlatform().daemon().name("blockseal-checkpoint-" + volume).unstarted(task),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public void execute(Runnable checkpoint) {
    executor.execute(checkpoint);
  }

  /// Waits for the checkpoint that runs.
  @Override
  public void close() {
    executor.close();
  }
}
