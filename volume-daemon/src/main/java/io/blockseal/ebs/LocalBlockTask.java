package io.blockseal.ebs;

import io.blockseal.snapshot.SnapshotTask;
import io.blockseal.snapshot.TaskProgress;
import java.util.concurrent.CompletableFuture;

/// A task of the snapshot store, as the control plane sees it.
record LocalBlockTask(SnapshotTask task) implements BlockTask {
  @Override
  public Progress progress() {
    TaskProgress progress = task.progress();
    return new Progress(progress.bytesDone(), progress.bytesTotal());
  }

  @Override
  public CompletableFuture<?> completion() {
    return task.completion();
  }
}
