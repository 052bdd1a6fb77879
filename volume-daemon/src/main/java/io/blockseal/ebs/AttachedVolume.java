package io.blockseal.ebs;

import io.blockseal.snapshot.SnapshotBacking;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.volume.engine.HydrationStatus;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.ReadOnlyVolumeException;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeClosedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A volume that is open with its key, and the snapshot that it still takes blocks from.
/// Thread-safe.
final class AttachedVolume {
  private static final System.Logger LOG = System.getLogger(AttachedVolume.class.getName());
  private static final int PERCENT = 100;

  /// Before what could not be brought in is tried again, and each time twice as long.
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

  private final Volume volume;
  private final SnapshotStore snapshots;

  /// Null once nothing is missing any more.
  private final AtomicReference<@Nullable SnapshotBacking> backing;

  private final CountDownLatch closed = new CountDownLatch(1);

  private volatile @Nullable String hydrationFailure;

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

  /// Why some of it has not arrived; null if nothing went wrong.
  @Nullable String hydrationFailure() {
    return hydrationFailure;
  }

  /// Brings in what is missing, in the background, and lets the snapshot go then.
  void hydrate() {
    String id = volume.describe().volumeId();
    Thread.ofVirtual().name("hydration of " + id).start(() -> hydrate(id));
  }

  private void hydrate(String id) {
    try {
      Duration pause = FIRST_PAUSE;
      while (!hydrated(id)) {
        if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        pause = pause.compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
      }
      // Every chunk is here, so nobody fetches any more.
      closeBacking();
      snapshots.release(id);
    } catch (VolumeClosedException | InterruptedException _) {
      LOG.log(Level.DEBUG, () -> "hydration of " + id + " goes on when it is attached again");
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          () -> "hydration of " + id + " stopped; blocks still arrive when they are read",
          e);
    }
  }

  /// Brings in what can be had.
  ///
  /// @return whether it was all
  private boolean hydrated(String id) throws IOException {
    try {
      volume.hydrateAll(ProgressListener.SILENT);
      hydrationFailure = null;
      return true;
    } catch (VolumeClosedException e) {
      throw e;
    } catch (ReadOnlyVolumeException e) {
      hydrationFailure = String.valueOf(e.getMessage());
      throw e; // It stays so.
    } catch (IOException e) {
      hydrationFailure = String.valueOf(e.getMessage());
      LOG.log(Level.WARNING, () -> "not all of " + id + " could be hydrated; it is tried again", e);
      return false;
    }
  }

  /// Flushes and closes the volume.
  void close() throws IOException {
    closed.countDown();
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
