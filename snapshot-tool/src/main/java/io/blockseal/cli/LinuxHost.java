package io.blockseal.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The host through its own programs: `losetup`, `mkfs`, `mount`, `blkid`.
final class LinuxHost implements Host {
  /// What `blkid` exits with when it recognises nothing (blkid(8)).
  private static final int BLKID_NOTHING_FOUND = 2;

  private record Result(int exitCode, String output) {}

  @Override
  public boolean exists(Path file) {
    return Files.exists(file);
  }

  @Override
  public Optional<String> contentOf(Path file) {
    Result result =
        execute("blkid", "-p", "-o", "value", "-s", "TYPE", "-s", "PTTYPE", file.toString());
    if (result.exitCode == BLKID_NOTHING_FOUND) {
      return Optional.empty();
    }
    require(result, "blkid", file.toString());
    return result.output.isEmpty() ? Optional.empty() : result.output.lines().findFirst();
  }

  @Override
  public void makeFileSystem(FileSystem kind, Path file) {

    run("mkfs." + kind, "-q", file.toString());
  }

  @Override
  public String attachLoop(Path file) {
    return run("losetup", "--find", "--show", file.toString());
  }

  @Override
  public void detachLoop(String loopDevice) {
    run("losetup", "--detach", loopDevice);
  }

  @Override
  public void mount(String loopDevice, Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CommandException(
          "cannot make the directory " + directory + ": " + e.getMessage(), e);
    }
    run("mount", loopDevice, directory.toString());
  }

  @Override
  public void unmount(Path directory) {
    run("umount", directory.toString());
  }

  @Override
  public List<LoopMount> loopsOf(Path file) {
    return run("losetup", "--noheadings", "--output", "NAME", "--associated", file.toString())
        .lines()
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(name -> new LoopMount(name, mountPointsOf(name)))
        .toList();
  }

  /// Field 5 of each line of mountinfo is the mount point; the field after ` - ` and the type is
  /// the source (proc_pid_mountinfo(5)).
  private static List<Path> mountPointsOf(String device) {
    try {
      return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
          .filter(line -> line.substring(line.indexOf(" - ") + 3).split(" ", -1)[1].equals(device))
          .map(line -> Path.of(unescape(line.split(" ", -1)[4])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /proc/self/mountinfo", e);
    }
  }

  /// The kernel writes blank, tab, newline and backslash in mount points as three octal digits.
  private static String unescape(String mountPoint) {
    return mountPoint
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  private static String run(String... command) {
    Result result = execute(command);
    require(result, command);
    return result.output;
  }

  private static void require(Result result, String... command) {
    if (result.exitCode != 0) {
      throw new CommandException(
          "`%s` failed with exit code %d: %s"
              .formatted(String.join(" ", command), result.exitCode, result.output));
    }
  }

  private static Result execute(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new CommandException(
          "cannot run `%s`: is it installed? (%s)".formatted(command[0], e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted while running " + command[0], e);
    }
  }
}
