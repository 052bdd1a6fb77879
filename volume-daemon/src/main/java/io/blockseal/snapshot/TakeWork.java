package io.blockseal.snapshot;

import io.blockseal.volume.engine.Cut;
import io.blockseal.volume.engine.CutSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Copying the chunks of a cut.
final class TakeWork implements SnapshotWork {
  private final SnapshotTask task;
  private final PendingSnapshot pending;
  private final CutSource source;
  private final Cut cut;
  private final SnapshotParts parts;

  TakeWork(
      SnapshotTask task, PendingSnapshot pending, CutSource source, Cut cut, SnapshotParts parts) {
    this.parts = parts;
    this.task = task;
    this.pending = pending;
    this.source = source;
    this.cut = cut;
  }

  @Override
  public void run() throws IOException {
    try (Turns.Turn turn = parts.turns().await(task)) {
      cut.copyRemaining((done, total) -> between(turn));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /// Between two chunks.
  private void between(Turns.Turn turn) {
    try {
      parts.chunks().relieve();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    turn.pass();
  }

  @Override
  public void completed() {
    cut.confirm(task.snapshotId());
  }

  /// Where the volume goes on without the cut, nobody may take it up again.
  @Override
  public void givenUp() throws IOException {
    if (!cut.resumable()) {
      pending.markUnsound();
    }
  }

  @Override
  public void close() throws IOException {
    try (source) {
      cut.close();
    }
  }

  /// Hands chunks to the intake, and notes it at once if the cut is lost, so that a process that
  /// dies now does not leave a snapshot behind that looks as if it could be completed.
  static final class Sink implements CutSink {
    private static final Logger LOG = System.getLogger(TakeWork.class.getName());

    private final ChunkIntake intake;
    private volatile @Nullable PendingSnapshot pending;
    private volatile @Nullable Throwable failure;

    Sink(ChunkIntake intake) {
      this.intake = intake;
    }

    @Override
    public void chunk(long chunk, @Nullable ByteBuffer stored) throws IOException {
      intake.take(chunk, stored);
    }

    @Override
    public void lost(Throwable reason) {
      failure = reason;
      PendingSnapshot begun = pending;
      if (begun != null) {
        try {
          begun.markUnsound();
        } catch (IOException e) {
          LOG.log(
              Level.ERROR,
              "snapshot " + begun.facts().snapshotId() + " must not be taken up again",
              e);
        }
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
