package io.blockseal.ebs;

import java.util.concurrent.CompletableFuture;

/// Blocks on their way into a snapshot. Thread-safe.
public interface BlockTask {

  /// How far it is, in bytes of the volume's size that need to be looked at or moved.
  record Progress(long doneBytes, long totalBytes) {
    /// 0 to 100; something with nothing to do is done.
    public int percent() {
      return totalBytes == 0 ? 100 : (int) (100 * Math.min(doneBytes, totalBytes) / totalBytes);
    }
  }

  Progress progress();

  /// Completes when the snapshot is complete and durable. If it fails, nothing of it remains that
  /// would count as a snapshot.
  CompletableFuture<?> completion();
}
