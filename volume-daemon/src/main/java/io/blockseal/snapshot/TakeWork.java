package io.blockseal.snapshot;

import io.blockseal.volume.engine.Cut;
import io.blockseal.volume.engine.CutSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Copying the chunks of a cut.
final class TakeWork implements SnapshotWork {
  private final SnapshotTask task;
  private final PendingSnapshot pending;
  private final CutSource source;
  private final Cut cut;

  TakeWork(SnapshotTask task, PendingSnapshot pending, CutSource source, Cut cut) {
    this.task = task;
    this.pending = pending;
    this.source = source;
    this.cut = cut;
  }

  @Override
  public void run() throws IOException {
    task.checkpoint();
    cut.copyRemaining((done, total) -> task.checkpoint());
  }

  @Override
  public void completed() {
    cut.confirm(task.snapshotId());
  }

  /// The volume goes on without the cut, so nobody may take it up again.
  @Override
  public void givenUp() throws IOException {
    pending.markUnsound();
  }

  @Override
  public void close() throws IOException {
    try (source) {
      cut.close();
    }
  }

  /// Hands chunks to the intake, and notes it at once if one is lost, so that a process that dies
  /// now does not leave a snapshot behind that looks as if it could be completed.
  static final class Sink implements CutSink {
    private final ChunkIntake intake;
    private volatile @Nullable PendingSnapshot pending;
    private volatile @Nullable Throwable failure;

    Sink(ChunkIntake intake) {
      this.intake = intake;
    }

    @Override
    public void chunk(long chunk, @Nullable ByteBuffer stored) throws IOException {
      try {
        intake.take(chunk, stored);
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
        PendingSnapshot begun = pending;
        if (begun != null) {
          begun.markUnsound();
        }
        throw e;
      }
    }

    /// From now on the snapshot is written down as begun.
    ///
    /// @throws IOException if a chunk was lost before
    void begun(PendingSnapshot snapshot) throws IOException {
      pending = snapshot;
      Throwable lost = failure;
      if (lost != null) {
        throw new IOException("a chunk could not be copied: " + lost.getMessage(), lost);
      }
    }
  }
}
