package io.blockseal.ebs;

import io.blockseal.snapshot.CutSource;
import io.blockseal.snapshot.SnapshotBacking;
import io.blockseal.volume.engine.ChunkSet;
import io.blockseal.volume.engine.Cut;
import io.blockseal.volume.engine.CutSink;
import io.blockseal.volume.engine.SealedVolume;
import io.blockseal.volume.engine.VolumeDescription;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A volume that is open without its key, for as long as snapshots are being taken of it: it closes
/// with the last of them. Thread-safe.
final class SealedUse {
  private final SealedVolume volume;
  private final @Nullable SnapshotBacking backing;

  // Both guarded by this.
  private int uses;
  private boolean closed;

  /// Takes over both.
  SealedUse(SealedVolume volume, @Nullable SnapshotBacking backing) {
    this.volume = volume;
    this.backing = backing;
  }

  /// The volume for one more snapshot; null if it is closed by now.
  synchronized @Nullable CutSource source() {
    if (closed) {
      return null;
    }
    uses++;
    return new Source();
  }

  /// Closes the volume, whoever uses it: their cuts fail, and can be taken up again.
  synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      try (backing) {
        volume.close();
      }
    }
  }

  private synchronized void release() throws IOException {
    if (--uses == 0) {
      close();
    }
  }

  /// One snapshot's use of the volume.
  private final class Source implements CutSource {
    private final CutSource whole = CutSource.of(volume);
    private boolean released;

    @Override
    public VolumeDescription describe() {
      return whole.describe();
    }

    @Override
    public Cut cut(CutSink sink) throws IOException {
      return whole.cut(sink);
    }

    @Override
    public Cut cutWhole(CutSink sink) throws IOException {
      return whole.cutWhole(sink);
    }

    @Override
    public Cut resumeCut(ChunkSet remaining, CutSink sink) throws IOException {
      return whole.resumeCut(remaining, sink);
    }

    @Override
    public synchronized void close() throws IOException {
      if (!released) {
        released = true;
        release();
      }
    }
  }
}
