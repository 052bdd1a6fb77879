package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A directory of a test's own with an export mounted in it, and the shell commands that look at
/// it.
///
/// Closing it takes down what the test put up and fails the test if a mount, a loop device or a
/// process is left behind.
public final class FuseSandbox implements Closeable {
  private static final Path RINGS_ALLOWED = Path.of("/sys/module/fuse/parameters/enable_uring");

  static final long FREE_BYTES = 64L << 20;

  private static final long COMMAND_LIMIT_SECONDS = 120;

  private final FuseTransportKind transport;
  private final Path directory;
  private final Deque<Closeable> undo = new ArrayDeque<>();

  /// A sandbox for tests to which the transport does not matter.
  public FuseSandbox() throws IOException {
    this(FuseTransportKind.KERNEL);
  }

  FuseSandbox(FuseTransportKind transport) throws IOException {
    this.transport = transport;
    directory = Files.createTempDirectory("blockseal-fuse-").toRealPath();
  }

  /// A directory for anything, not yet there if it is the mount point.
  public Path directory() {
    return directory;
  }

  public Path mountPoint() {
    return directory.resolve("volumes");
  }

  /// Mounts an export that is unmounted when the sandbox closes.
  public FuseExports mount() throws IOException {
    FuseExports exports = FuseExports.mount(settings());
    undo.push(exports);
    return exports;
  }

  FuseSettings settings() {
    assumeOffered(transport);
    return settingsOfAnyKernel();
  }

  /// As [#settings], whatever the kernel offers.
  FuseSettings settingsOfAnyKernel() {
    return new FuseSettings(
        transport,
        mountPoint(),
        FuseSettings.DEFAULT_THREADS,
        () -> FREE_BYTES,
        InstantSource.system());
  }

  /// Skips the test if this kernel would have another transport serve.
  static void assumeOffered(FuseTransportKind transport) {
    assumeTrue(
        transport != FuseTransportKind.URING || ringsAllowed(),
        "the kernel offers no io_uring for FUSE: " + RINGS_ALLOWED + " is not there, or not Y");
  }

  /// Makes the kernel offer no io_uring until the sandbox closes.
  void withholdRings() throws IOException {
    if (ringsAllowed()) {
      undo.push(() -> Files.writeString(RINGS_ALLOWED, "Y"));
      Files.writeString(RINGS_ALLOWED, "N");
    }
  }

  private static boolean ringsAllowed() {
    try {
      return Files.exists(RINGS_ALLOWED) && Files.readString(RINGS_ALLOWED).strip().equals("Y");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Has `action` done when the sandbox closes, before what was set up earlier is undone.
  public void onClose(Closeable action) {
    undo.push(action);
  }

  /// Puts a loop device over `file`.
  ///
  /// @return its path, such as `/dev/loop3`
  public String loop(Path file, String... options) {
    String[] command = {"losetup", "--find", "--show"};
    String device = run(concat(concat(command, options), file.toString())).strip();
    undo.push(
        () -> {
          // Not if the test did so itself: the device may be somebody else's by now.
          if (loopDevices().lines().anyMatch(line -> line.startsWith(device + " "))) {
            run("losetup", "--detach", device);
          }
        });
    return device;
  }

  /// Mounts a block device below the sandbox.
  ///
  /// @return where
  public Path mountDevice(String device, String name, String... options) throws IOException {
    Path place = Files.createDirectories(directory.resolve(name));
    run(concat(concat(new String[] {"mount"}, options), device, place.toString()));
    undo.push(
        () -> {
          if (MountEntry.topmostAt(place).isPresent()) {
            run("umount", place.toString());
          }
        });
    return place;
  }

  /// Runs a command that has to succeed.
  ///
  /// @return all that it printed
  public String run(String... command) {
    Outcome outcome = attempt(command);
    assertThat(outcome.exitCode()).as("%s: %s", List.of(command), outcome.output()).isZero();
    return outcome.output();
  }

  /// Runs a command that may fail.
  public Outcome attempt(String... command) {
    Path output = directory.resolve("output");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end within %d s".formatted(List.of(command), COMMAND_LIMIT_SECONDS));
      }
      return new Outcome(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while running " + List.of(command), e);
    }
  }

  /// Whether a program is installed.
  public boolean has(String program) {
    return attempt("sh", "-c", "command -v " + program).exitCode() == 0;
  }

  @Override
  public void close() throws IOException {
    undoAll();
    assertThat(MountEntry.all())
        .as("mounts left behind")
        .noneMatch(entry -> entry.mountPoint().startsWith(directory.toString()));
    assertThat(loopDevices()).as("loop devices left behind").isEmpty();
    assertThat(ProcessHandle.current().descendants()).as("processes left behind").isEmpty();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /// The loop devices over files of this sandbox, a line each that starts with the device.
  private String loopDevices() {
    return run("losetup", "--list", "--noheadings", "--raw", "--output", "NAME,BACK-FILE")
        .lines()
        .filter(line -> line.contains(directory.toString()))
        .collect(Collectors.joining("\n"));
  }

  /// Undoes the latest first and goes on whatever fails.
  private void undoAll() throws IOException {
    if (undo.isEmpty()) {
      return;
    }
    try (Closeable _ = this::undoAll) {
      undo.pop().close();
    }
  }

  static String[] concat(String[] first, String... second) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
  }

  /// How a command ended and all that it printed.
  public record Outcome(int exitCode, String output) {}
}
