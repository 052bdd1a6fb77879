package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The host's own programs, on files of this test that nothing is mounted from.
final class LinuxHostTest {
  /// The smallest that mkfs.xfs takes.
  private static final long BYTES = 300L << 20;

  private final LinuxHost host = new LinuxHost();
  @TempDir private Path directory;
  private Path file = Path.of("");

  @BeforeEach
  void makeASparseFile() throws IOException {
    for (String program : List.of("blkid", "mkfs.ext4", "mkfs.xfs")) {
      assumeTrue(
          Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")
              .anyMatch(bin -> Files.isExecutable(Path.of(bin, program))),
          program);
    }
    file = sparse("volume");
  }

  @Test
  void makesAnyFileSystemOverAnyOtherByForceOnly() {
    assertThat(host.contentOf(file)).isEmpty();
    host.makeFileSystem(Host.FileSystem.ext4, file, false);
    assertThat(host.contentOf(file)).contains("ext4");
    assertThatThrownBy(() -> host.makeFileSystem(Host.FileSystem.xfs, file, false))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("-f");
    host.makeFileSystem(Host.FileSystem.xfs, file, true);
    assertThat(host.contentOf(file)).contains("xfs");
    host.makeFileSystem(Host.FileSystem.ext4, file, true);
    assertThat(host.contentOf(file)).contains("ext4");
  }

  @Test
  void takesTheMarksOfTwoFileSystemsForContent() throws IOException {
    Path other = sparse("other");
    host.makeFileSystem(Host.FileSystem.ext4, file, false);
    host.makeFileSystem(Host.FileSystem.xfs, other, false);
    // xfs has its superblock first, where ext4 leaves a kibibyte free.
    try (RandomAccessFile from = new RandomAccessFile(other.toFile(), "r");
        RandomAccessFile to = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] superblock = new byte[512];
      from.readFully(superblock);
      to.write(superblock);
    }
    assertThat(host.contentOf(file)).contains("the marks of several file systems");
  }

  @Test
  void seesWhatAMountWouldHide() throws IOException {
    assertThat(host.holdsAnything(directory)).isTrue();
    assertThat(host.holdsAnything(Files.createDirectory(directory.resolve("new")))).isFalse();
    assertThat(host.holdsAnything(directory.resolve("missing"))).isFalse();
  }

  @Test
  void knowsHowEachFileSystemGrows() {
    assertThat(host.growCommand(mounted("ext4"))).containsExactly("resize2fs", "/dev/loop3");
    assertThat(host.growCommand(mounted("xfs"))).containsExactly("xfs_growfs", "/mnt/data");
    assertThat(host.growCommand(mounted("btrfs")))
        .containsExactly("btrfs", "filesystem", "resize", "max", "/mnt/data");
    assertThat(host.growCommand(mounted("vfat"))).isEmpty();
    assertThat(host.growCommand(new Host.LoopMount("/dev/loop3", List.of(), null))).isEmpty();
  }

  private static Host.LoopMount mounted(String fileSystem) {
    return new Host.LoopMount("/dev/loop3", List.of(Path.of("/mnt/data")), fileSystem);
  }

  private Path sparse(String name) throws IOException {
    Path made = directory.resolve(name);
    try (RandomAccessFile access = new RandomAccessFile(made.toFile(), "rw")) {
      access.setLength(BYTES);
    }
    return made;
  }
}
