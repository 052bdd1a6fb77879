package io.blockseal.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which boot of the machine this is: what a process wrote without syncing it is still there for
/// the next one if the machine was not started anew between them, and no sync failed.
final class BootId {
  private static final Path SOURCE = Path.of("/proc/sys/kernel/random/boot_id");

  private BootId() {}

  static String current() throws IOException {
    return Files.readString(SOURCE).strip();
  }
}
