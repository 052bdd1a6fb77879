package io.blockseal.daemon;

import io.blockseal.volume.engine.VolumeExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What is wrong around a daemon that runs, a sentence each: volumes that nobody sees, a disk that
/// is about to be full.
record Troubles(VolumeExports exports, Path directory) implements Supplier<List<String>> {
  private static final long LITTLE_BYTES = 64L << 20;

  @Override
  public List<String> get() {
    List<String> troubles = new ArrayList<>();
    try {
      exports.checkSeen();
    } catch (IOException e) {
      troubles.add(String.valueOf(e.getMessage()));
    }
    try {
      long free = Files.getFileStore(directory).getUsableSpace();
      if (free < LITTLE_BYTES) {
        troubles.add(
            "the disk of %s has %d MiB left; writes and changes of metadata will fail"
                .formatted(directory, free >> 20));
      }
    } catch (IOException e) {
      troubles.add("the disk of %s cannot be looked at: %s".formatted(directory, e.getMessage()));
    }
    return troubles;
  }
}
