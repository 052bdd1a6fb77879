package io.blockseal.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// Disk space that is kept for the metadata of a daemon which has to start on a full disk. Volumes
/// are sparse, so together they may fill it; opening the metadata after a crash writes, and whoever
/// wants to delete something needs a daemon that started.
record MetadataReserve(Path file) {
  private static final System.Logger LOG = System.getLogger(MetadataReserve.class.getName());
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int BLOCKS = 16;
  private static final long BYTES = (long) BLOCKS * BLOCK_BYTES;

  /// It is not for this to fill a disk.
  private static final long LEAST_FREE_BYTES = 16 * BYTES;

  /// Takes the space, unless it is taken or the disk is about to be full.
  void take() {
    try {
      boolean taken = Files.exists(file) && Files.size(file) == BYTES;
      if (!taken && Files.getFileStore(file.getParent()).getUsableSpace() >= LEAST_FREE_BYTES) {
        fill();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "no disk space is kept for the metadata", e);
    }
  }

  /// With what no file system compresses, for that would be no reserve.
  private void fill() throws IOException {
    SplittableRandom random = new SplittableRandom();
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream content = Files.newOutputStream(file)) {
      for (int i = 0; i < BLOCKS; i++) {
        random.nextBytes(block);
        content.write(block);
      }
    }
  }

  /// Gives the space free.
  ///
  /// @return false if none was taken
  boolean release() throws IOException {
    return Files.deleteIfExists(file);
  }
}
