package io.blockseal.ebs;

import io.blockseal.snapshot.CutSource;
import io.blockseal.snapshot.SnapshotBacking;
import io.blockseal.volume.engine.SealedVolume;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
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
    AtomicBoolean released = new AtomicBoolean();
    return new CutSource(
        volume,
        () -> {
          if (!released.getAndSet(true)) {
            release();
          }
        });
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
}
