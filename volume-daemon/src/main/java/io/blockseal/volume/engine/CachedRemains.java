package io.blockseal.volume.engine;

import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.util.List;

/// What a volume that was not closed properly may have left in the memory of the system, and
/// nowhere else: a sync that fails leaves what it was to write in the page cache, where no later
/// sync writes it. Whoever believed that would promise what the next loss of power takes back.
///
/// So the files are read as the disk has them. After a failed sync the disk holds what a crash of
/// the machine may leave, which is recovered as after one. Stateless.
final class CachedRemains {
  private static final System.Logger LOG = System.getLogger(CachedRemains.class.getName());

  private CachedRemains() {}

  /// Makes durable what still waits to be written, and drops what is left in memory. Nothing
  /// happens if the volume was closed properly.
  ///
  /// A first sync that fails may tell of a write-out in the background that failed while nobody
  /// listened, and what is lost with it counts as lost in a crash.
  ///
  /// @throws IOException if the disk cannot be synced: what is read may be in memory alone then
  static void drop(VolumeFiles files) throws IOException {
    if (files.exists(VolumeFile.CHANGED)) {
      return;
    }
    try {
      dropNow(files);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "volume %s: a sync failed; what was not flushed before may be lost"
              .formatted(files.name()),
          e);
      dropNow(files);
    }
  }

  /// As [#drop], as far as it goes, for who only reads what there is: perhaps to save it from a
  /// disk that takes no writes any more.
  static void dropIfPossible(VolumeFiles files) {
    try {
      drop(files);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "volume %s is read from memory in part: its disk cannot be synced"
              .formatted(files.name()),
          e);
    }
  }

  private static void dropNow(VolumeFiles files) throws IOException {
    // First of all, since it tells which parts of the volume file to believe.
    Hydration.writeAnew(files);
    for (VolumeFile file : List.of(VolumeFile.VOLUME, VolumeFile.JOURNAL)) {
      if (files.exists(file)) {
        try (BlockStore store = files.open(file, VolumeFiles.Mode.READ)) {
          store.dropCached();
        } catch (Throwable e) {
          distrust(files, e);
          throw e;
        }
      }
    }
  }

  private static void distrust(VolumeFiles files, Throwable e) {
    try {
      Hydration.distrust(files);
    } catch (RuntimeException | Error alsoFailed) {
      e.addSuppressed(alsoFailed);
    }
  }
}
