package io.blockseal.snapshot;

import java.time.Duration;
import java.time.Instant;

/// How far a task has come. Immutable.
///
/// @param startedAt when the task was begun; after an interruption, when it was taken up again
/// @param chunksDone chunks that are stored, found stored already or seen to be holes
/// @param chunksTotal chunks to be looked at in all
/// @param bytesDone volume bytes that these chunks cover
/// @param bytesTotal volume bytes of all of them
public record TaskProgress(
    Instant startedAt, long chunksDone, long chunksTotal, long bytesDone, long bytesTotal) {
  /// Whole percent, 0 to 100; 100 only if everything is done.
  public int percent() {
    return chunksTotal == 0 ? 100 : (int) (100 * chunksDone / chunksTotal);
  }

  /// Volume bytes a second, on average since the start.
  public double bytesPerSecond(Instant now) {
    double seconds = Duration.between(startedAt, now).toNanos() / 1e9;
    return seconds <= 0 ? 0 : bytesDone / seconds;
  }
}
