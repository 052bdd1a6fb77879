package io.blockseal.ebs;

import java.io.IOException;

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

  /// Waits for the end.
  ///
  /// @throws IOException if it failed; nothing of it remains that would count as a snapshot
  void await() throws IOException, InterruptedException;
}
