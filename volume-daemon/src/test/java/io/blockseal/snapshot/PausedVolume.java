package io.blockseal.snapshot;

import io.blockseal.volume.engine.ChunkSet;
import io.blockseal.volume.engine.Cut;
import io.blockseal.volume.engine.CutSink;
import io.blockseal.volume.engine.Cuttable;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.VolumeDescription;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A volume whose cuts do not begin to copy before they are released. Unlike a chunk store that
/// hangs, it holds no lock of the volume meanwhile.
final class PausedVolume implements Cuttable {
  private final Cuttable volume;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  PausedVolume(Cuttable volume) {
    this.volume = volume;
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
    return volume.describe();
  }

  @Override
  public Cut cut(CutSink sink) throws IOException {
    return new PausedCut(volume.cut(sink));
  }

  @Override
  public Cut cut(CutSink sink, @Nullable String parent) throws IOException {
    return new PausedCut(volume.cut(sink, parent));
  }

  @Override
  public Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException {
    return new PausedCut(volume.resumeCut(remaining, sink));
  }

  /// The volume as a source, which does not close it.
  CutSource source() {
    return new CutSource(this, () -> {});
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
    public boolean resumable() {
      return cut.resumable();
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
