package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// An ext4 on a volume's file, a thread that writes and fsyncs files on it, and the list of those
/// whose fsync returned.
final class FileSystemUnderLoad {
  private static final int LARGEST_FILE_BYTES = 300_000;
  private static final int FILES_KEPT = 200;

  /// A file whose content follows from its seed.
  private record Acknowledged(Path name, long seed, int lengthBytes) {}

  private final Path volume;
  private final Path directory;
  private final List<Acknowledged> files = Collections.synchronizedList(new ArrayList<>());
  private @Nullable Thread writer;
  private @Nullable String loop;
  private long written;

  FileSystemUnderLoad(Path volume, Path directory) {
    this.volume = volume;
    this.directory = directory;
  }

  void mount() throws IOException {
    Files.createDirectories(directory);
    loop = Shell.run("losetup", "--find", "--show", volume.toString());
    Shell.run("mount", loop, directory.toString());
  }

  void unmount() {
    Shell.run("umount", directory.toString());
    Shell.run("losetup", "--detach", java.util.Objects.requireNonNull(loop));
    loop = null;
  }

  /// Lets go of a mount whose daemon is dead, or of nothing.
  void abandon() {
    if (writer != null) {
      writer.interrupt();
    }
    Shell.execute(Map.of(), "umount", "--lazy", directory.toString());
    if (loop != null) {
      Shell.execute(Map.of(), "losetup", "--detach", loop);
      loop = null;
    }
    joinWriter();
  }

  private void joinWriter() {
    if (writer == null) {
      return;
    }
    try {
      writer.join();
      writer = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  void startWriting(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    writer =
        Thread.ofPlatform()
            .name("writer of " + directory.getFileName())
            .start(() -> writeUntilTheDiskIsGone(random));
  }

  private void writeUntilTheDiskIsGone(SplittableRandom random) {
    while (!Thread.currentThread().isInterrupted()) {
      Path file = directory.resolve("file-" + written++);
      Acknowledged next =
          new Acknowledged(file, random.nextLong(), random.nextInt(1, LARGEST_FILE_BYTES));
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(content(next)));
        channel.force(true);
        files.add(next);
        removeOldest();
      } catch (IOException theDaemonWasKilled) {
        return;
      }
    }
  }

  private void removeOldest() throws IOException {
    if (files.size() > FILES_KEPT) {
      Files.delete(files.removeFirst().name);
    }
  }

  int acknowledged() {
    return files.size();
  }

  void checkEveryAcknowledgedFile() throws IOException {
    for (Acknowledged file : List.copyOf(files)) {
      assertThat(Files.readAllBytes(file.name))
          .as("%s, seed %d", file.name, file.seed)
          .isEqualTo(content(file));
    }
  }

  /// Reads the whole volume, so that a unit that cannot be authenticated shows.
  void readEveryUnit() {
    Shell.run("dd", "if=" + volume, "of=/dev/null", "bs=1M", "status=none");
  }

  /// A full check of the unmounted file system that must find nothing to mend.
  void check() {
    Shell.run("e2fsck", "-f", "-n", volume.toString());
  }

  private static byte[] content(Acknowledged file) {
    byte[] content = new byte[file.lengthBytes];
    new SplittableRandom(file.seed).nextBytes(content);
    return content;
  }
}
