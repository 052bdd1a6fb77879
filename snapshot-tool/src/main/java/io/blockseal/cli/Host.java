package io.blockseal.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the commands do to this Linux host: loop devices, file systems, mounts.
public interface Host {
  /// A file system that `volume attach --mkfs` can make.
  enum FileSystem {
    ext4,
    xfs,
    btrfs
  }

  /// A mount of a loop device.
  record LoopMount(String loopDevice, List<Path> mountPoints) {}

  /// Whether `file` is there, as a mounted volume's file is.
  boolean exists(Path file);

  /// The file system or partition table found in `file`, as `blkid` names it.
  Optional<String> contentOf(Path file);

  /// Makes a file system in `file`.
  void makeFileSystem(FileSystem kind, Path file);

  /// Sets up a loop device on `file` and returns its path.
  String attachLoop(Path file);

  /// Releases a loop device.
  void detachLoop(String loopDevice);

  /// Mounts `loopDevice` on `directory`, which is made if it is not there.
  void mount(String loopDevice, Path directory);

  /// Unmounts what is mounted on `directory`.
  void unmount(Path directory);

  /// The loop devices on `file` and where each is mounted.
  List<LoopMount> loopsOf(Path file);
}
