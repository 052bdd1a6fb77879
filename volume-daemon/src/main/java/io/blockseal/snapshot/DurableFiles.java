package io.blockseal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The steps that make small files and directory entries survive a crash of the machine.
final class DurableFiles {
  private DurableFiles() {}

  /// Makes the names in `directory` durable.
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Creates `directory`, if it is missing, in a parent that is there, and makes its name durable.
  static void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Files.createDirectory(directory);
    syncDirectory(parent(directory));
  }

  /// Gives `file` this content, durably and at once: a crash leaves the old content or the new.
  static void write(Path file, ByteBuffer content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeFully(channel, content);
      channel.force(true);
    }
    move(draft, file);
  }

  /// Renames a file whose content is durable, durably. Both names lie in one file system.
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncDirectory(parent(to));
    if (!parent(from).equals(parent(to))) {
      syncDirectory(parent(from));
    }
  }

  /// Removes `path` with everything below it, durably; nothing happens if it is not there.
  static void deleteTree(Path path) throws IOException {
    if (Files.notExists(path)) {
      return;
    }
    List<Path> below;
    try (Stream<Path> walk = Files.walk(path)) {
      below = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : below) {
      Files.deleteIfExists(each);
    }
    syncDirectory(parent(path));
  }

  static void writeFully(FileChannel channel, ByteBuffer content) throws IOException {
    while (content.hasRemaining()) {
      channel.write(content);
    }
  }

  static Path parent(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no parent directory");
    }
    return parent;
  }
}
