package io.blockseal.snapshot;

import io.blockseal.volume.engine.ChunkSet;
import io.blockseal.volume.engine.Cut;
import io.blockseal.volume.engine.CutSink;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.VolumeDescription;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A volume whose cuts do not begin to copy before they are released. Unlike a chunk store that
/// hangs, it holds no lock of the volume meanwhile.
final class PausedSource implements CutSource {
  private final CutSource source;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  PausedSource(CutSource source) {
    this.source = source;
  }

  /// Waits until a cut would begin to copy.
  void awaitPaused() throws InterruptedException {
    reached.await();
  }

  void release() {
    released.countDown();
  }

  @Override
  public VolumeDescription describe() {
    return source.describe();
  }

  @Override
  public Cut cut(CutSink sink) throws IOException {
    return new PausedCut(source.cut(sink));
  }

  @Override
  public Cut cutWhole(CutSink sink) throws IOException {
    return new PausedCut(source.cutWhole(sink));
  }

  @Override
  public Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException {
    return new PausedCut(source.resumeCut(remaining, sink));
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private final class PausedCut implements Cut {
    private final Cut cut;

    private PausedCut(Cut cut) {
      this.cut = cut;
    }

    @Override
    public @Nullable String parent() {
      return cut.parent();
    }

    @Override
    public ChunkSet changed() {
      return cut.changed();
    }

    @Override
    public void copyRemaining(ProgressListener listener) throws IOException {
      reached.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while paused");
      }
      cut.copyRemaining(listener);
    }

    @Override
    public byte[] epochTable() {
      return cut.epochTable();
    }

    @Override
    public long sizeBytes() {
      return cut.sizeBytes();
    }

    @Override
    public VolumeDescription description() {
      return cut.description();
    }

    @Override
    public void confirm(String snapshotId) {
      cut.confirm(snapshotId);
    }

    @Override
    public void close() {
      cut.close();
    }
  }
}
