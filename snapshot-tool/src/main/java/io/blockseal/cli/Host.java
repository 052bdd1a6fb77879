package io.blockseal.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What the commands do to this Linux host: loop devices, file systems, mounts.
public interface Host {
  /// A file system that `volume attach --mkfs` can make.
  enum FileSystem {
    ext4,
    xfs,
    btrfs
  }

  /// A loop device, where it is mounted, and as which file system; that is null if it is not
  /// mounted.
  record LoopMount(String loopDevice, List<Path> mountPoints, @Nullable String fileSystem) {
    public LoopMount {
      mountPoints = List.copyOf(mountPoints);
    }
  }

  /// How many bytes `file` has, as this host sees it; empty if it does not.
  OptionalLong lengthOf(Path file);

  /// The file system or partition table found in `file`, as `blkid` names it.
  Optional<String> contentOf(Path file);

  /// Makes a file system in `file`; with `force`, whatever is there.
  void makeFileSystem(FileSystem kind, Path file, boolean force);

  /// Sets up a loop device on `file` and returns its path.
  String attachLoop(Path file);

  /// Gives a loop device the size that its file has now.
  void resizeLoop(String loopDevice);

  /// The program that lets a mounted file system fill its device, with its arguments; empty if it
  /// is not mounted or of a kind that is not known here.
  List<String> growCommand(LoopMount loop);

  /// Runs a program.
  void run(List<String> command);

  /// Releases a loop device.
  void detachLoop(String loopDevice);

  /// Whether `directory` is there and holds anything, which a mount would hide.
  boolean holdsAnything(Path directory);

  /// Mounts `loopDevice` on `directory`, which is made if it is not there.
  void mount(String loopDevice, Path directory);

  /// Unmounts what is mounted on `directory`; if `lazily`, at once out of sight, and in truth when
  /// nothing has it open any more.
  void unmount(Path directory, boolean lazily);

  /// The loop devices on `file` and where each is mounted, the newest mount first.
  List<LoopMount> loopsOf(Path file);
}
