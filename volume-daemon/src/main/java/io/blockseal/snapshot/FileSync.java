package io.blockseal.snapshot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// How files and directories reach the disk: a seam, so that tests can see and fail it.
interface FileSync {
  /// The system's own `fsync`.
  FileSync SYSTEM =
      new FileSync() {
        @Override
        public void file(Path file) throws IOException {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(false);
          }
        }

        @Override
        public void directory(Path directory) throws IOException {
          DurableFiles.syncDirectory(directory);
        }
      };

  /// Makes the bytes of a file durable.
  void file(Path file) throws IOException;

  /// Makes the names in a directory durable.
  void directory(Path directory) throws IOException;
}
