package io.blockseal.ebs;

import io.blockseal.snapshot.SnapshotBacking;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.volume.engine.HydrationStatus;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeClosedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A volume that is open with its key, and the snapshot that it still takes blocks from.
/// Thread-safe.
final class AttachedVolume {
  private static final System.Logger LOG = System.getLogger(AttachedVolume.class.getName());
  private static final int PERCENT = 100;

  private final Volume volume;
  private final SnapshotStore snapshots;

  /// Null once nothing is missing any more.
  private final AtomicReference<@Nullable SnapshotBacking> backing;

  /// Takes over `volume` and `backing`.
  AttachedVolume(Volume volume, @Nullable SnapshotBacking backing, SnapshotStore snapshots) {
    this.volume = volume;
    this.snapshots = snapshots;
    this.backing = new AtomicReference<>(backing);
  }

  Volume volume() {
    return volume;
  }

  /// How much of its snapshot has arrived.
  int hydratedPercent() {
    HydrationStatus status = volume.hydration();
    return status.complete() || status.chunksTotal() == 0
        ? PERCENT
        : (int) (PERCENT * status.chunksHere() / status.chunksTotal());
  }

  /// Brings in what is missing, in the background, and lets the snapshot go then.
  void hydrate() {
    String id = volume.describe().volumeId();
    Thread.ofVirtual().name("hydration of " + id).start(() -> hydrate(id));
  }

  private void hydrate(String id) {
    try {
      volume.hydrateAll(ProgressListener.SILENT);
      // Every chunk is here, so nobody fetches any more.
      closeBacking();
      snapshots.release(id);
    } catch (VolumeClosedException _) {
      LOG.log(Level.DEBUG, () -> "hydration of " + id + " goes on when it is attached again");
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          () -> "hydration of " + id + " stopped; blocks still arrive when they are read",
          e);
    }
  }

  /// Flushes and closes the volume.
  void close() throws IOException {
    try {
      volume.close();
    } finally {
      closeBacking();
    }
  }

  private void closeBacking() {
    SnapshotBacking open = backing.getAndSet(null);
    if (open != null) {
      open.close();
    }
  }
}
