package io.blockseal.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The host through its own programs: `losetup`, `mkfs`, `mount`, `blkid`.
final class LinuxHost implements Host {
  /// What `blkid` exits with when it recognises nothing (blkid(8)).
  private static final int BLKID_NOTHING_FOUND = 2;

  /// What it exits with when it recognises several things at once.
  private static final int BLKID_AMBIVALENT = 8;

  private record Result(int exitCode, String output, String errors) {}

  /// A line of mountinfo (proc_pid_mountinfo(5)): field 5 is the mount point, and after ` - ` come
  /// the type and the source.
  private record Mount(Path directory, String fileSystem, String source) {
    static Mount of(String line) {
      String[] end = line.substring(line.indexOf(" - ") + 3).split(" ", -1);
      return new Mount(Path.of(unescaped(line.split(" ", -1)[4])), end[0], unescaped(end[1]));
    }

    /// The kernel writes blank, tab, newline and backslash as three octal digits.
    private static String unescaped(String text) {
      return text.replace("\\040", " ")
          .replace("\\011", "\t")
          .replace("\\012", "\n")
          .replace("\\134", "\\");
    }
  }

  @Override
  public OptionalLong lengthOf(Path file) {
    try {
      return OptionalLong.of(Files.size(file));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public Optional<String> contentOf(Path file) {
    List<String> command =
        List.of("blkid", "-p", "-o", "value", "-s", "TYPE", "-s", "PTTYPE", file.toString());
    Result result = execute(command);
    return switch (result.exitCode) {
      case BLKID_NOTHING_FOUND -> Optional.empty();
      case BLKID_AMBIVALENT -> Optional.of("the marks of several file systems");
      default -> {
        require(result, command);
        yield result.output.lines().findFirst();
      }
    };
  }

  @Override
  public void makeFileSystem(FileSystem kind, Path file, boolean force) {
    String forced =
        switch (kind) {
          case ext4 -> "-F";
          case xfs, btrfs -> "-f";
        };
    String program = "mkfs." + kind;
    run(
        force
            ? List.of(program, "-q", forced, file.toString())
            : List.of(program, "-q", file.toString()));
  }

  @Override
  public String attachLoop(Path file) {
    return output(List.of("losetup", "--find", "--show", file.toString()));
  }

  @Override
  public void resizeLoop(String loopDevice) {
    run(List.of("losetup", "--set-capacity", loopDevice));
  }

  @Override
  public List<String> growCommand(LoopMount loop) {
    if (loop.fileSystem() == null || loop.mountPoints().isEmpty()) {
      return List.of();
    }
    String directory = loop.mountPoints().getFirst().toString();
    return switch (loop.fileSystem()) {
      case "ext2", "ext3", "ext4" -> List.of("resize2fs", loop.loopDevice());
      case "xfs" -> List.of("xfs_growfs", directory);
      case "btrfs" -> List.of("btrfs", "filesystem", "resize", "max", directory);
      default -> List.of();
    };
  }

  @Override
  public void detachLoop(String loopDevice) {
    run(List.of("losetup", "--detach", loopDevice));
  }

  @Override
  public boolean holdsAnything(Path directory) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return entries.iterator().hasNext();
    } catch (IOException e) {
      throw new CommandException(
          "cannot read the directory " + directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void mount(String loopDevice, Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CommandException(
          "cannot make the directory " + directory + ": " + e.getMessage(), e);
    }
    run(List.of("mount", loopDevice, directory.toString()));
  }

  @Override
  public void unmount(Path directory, boolean lazily) {
    run(
        lazily
            ? List.of("umount", "--lazy", directory.toString())
            : List.of("umount", directory.toString()));
  }

  @Override
  public List<LoopMount> loopsOf(Path file) {
    List<Mount> mounts = mounts();
    return output(
            List.of("losetup", "--noheadings", "--output", "NAME", "--associated", file.toString()))
        .lines()
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(name -> loopMount(name, mounts))
        .toList();
  }

  private static LoopMount loopMount(String device, List<Mount> mounts) {
    List<Mount> ofDevice = mounts.stream().filter(mount -> mount.source.equals(device)).toList();
    return new LoopMount(
        device,
        ofDevice.stream().map(Mount::directory).toList().reversed(),
        ofDevice.isEmpty() ? null : ofDevice.getFirst().fileSystem);
  }

  private static List<Mount> mounts() {
    try {
      return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().map(Mount::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /proc/self/mountinfo", e);
    }
  }

  @Override
  public void run(List<String> command) {
    output(command);
  }

  private static String output(List<String> command) {
    Result result = execute(command);
    require(result, command);
    return result.output;
  }

  private static void require(Result result, List<String> command) {
    if (result.exitCode != 0) {
      throw new CommandException(
          "`%s` failed with exit code %d: %s"
              .formatted(
                  String.join(" ", command),
                  result.exitCode,
                  (result.errors + "\n" + result.output).strip()));
    }
  }

  /// What a program says on standard error goes to a file, so that neither stream can fill up while
  /// the other one is read.
  private static Result execute(List<String> command) {
    try {
      Path errors = Files.createTempFile("blockseal", ".err");
      try {
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String output =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int exitCode = process.waitFor();
        return new Result(
            exitCode,
            output,
            new String(Files.readAllBytes(errors), StandardCharsets.UTF_8).strip());
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new CommandException(
          "cannot run `%s`: is it installed? (%s)".formatted(command.getFirst(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted while running " + command.getFirst(), e);
    }
  }
}
