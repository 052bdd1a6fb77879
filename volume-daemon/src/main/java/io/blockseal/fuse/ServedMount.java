package io.blockseal.fuse;

import io.blockseal.fuse.kernel.LinuxCalls;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A mount of ours and the threads that serve it, however they do so: they end when the mount goes.
///
/// Confined to the transport that owns it.
final class ServedMount implements Closeable {
  /// How long closing waits for requests in the devices, which may take 30 s without being in
  /// error.
  private static final long CLOSE_LIMIT_SECONDS = 35;

  private static final Logger LOG = System.getLogger("io.blockseal.fuse");

  private final Path mountPoint;
  private final String device;
  private final List<Thread> threads = new ArrayList<>();

  private ServedMount(Path mountPoint, String device) {
    this.mountPoint = mountPoint;
    this.device = device;
  }

  /// What was just mounted there; empty if the mount table does not show it.
  static Optional<ServedMount> at(Path mountPoint) throws IOException {
    return MountEntry.topmostAt(mountPoint)
        .filter(entry -> entry.type().equals(StaleMounts.TYPE))
        .map(entry -> new ServedMount(mountPoint, entry.device()));
  }

  static IOException notShown(Path mountPoint) {
    return new IOException(
        "mounted at %s, but the mount table does not show it".formatted(mountPoint));
  }

  /// The kernel caps what the mount asked for at its default of 128 KiB; the administrator's file
  /// for it has the last word. Without it reading is slower and nothing else.
  void widenReadAhead(int readAheadKib) {
    Path knob = Path.of("/sys/class/bdi", device, "read_ahead_kb");
    try {
      Files.writeString(knob, Integer.toString(readAheadKib));
    } catch (IOException e) {
      LOG.log(Level.INFO, "{0} cannot be set ({1}); reads ahead stay short", knob, e.getMessage());
    }
  }

  /// Runs each loop on a thread of its own, which is marked as [IoFlusher].
  void start(List<Runnable> loops) {
    for (Runnable loop : loops) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("blockseal-fuse-" + threads.size())
              .start(
                  () -> {
                    IoFlusher.markCurrentThread();
                    loop.run();
                  }));
    }
  }

  /// @throws IOException if it was unmounted by somebody, or something is mounted over it
  void checkSeen() throws IOException {
    if (!seen()) {
      throw new IOException(
          covered()
              ? "another file system is mounted over %s".formatted(mountPoint)
              : "%s was unmounted by somebody; a restart mounts it again".formatted(mountPoint));
    }
  }

  /// Unmounts, by force if files are open, and waits for the threads.
  @Override
  public void close() throws IOException {
    if (covered()) {
      throw new IOException(
          "cannot unmount %s: another file system is mounted over it".formatted(mountPoint));
    }
    if (seen()) {
      int errno = Unmounting.unmount(mountPoint, 0);
      if (errno == LinuxCalls.EBUSY) {
        // Aborts the connection too: whoever still has a file open gets errors, and our loops end.
        errno = Unmounting.unmount(mountPoint, LinuxCalls.MNT_FORCE | LinuxCalls.MNT_DETACH);
      }
      if (errno != 0) {
        throw new IOException("cannot unmount %s: errno %d".formatted(mountPoint, errno));
      }
    }
    awaitThreads();
  }

  private boolean seen() throws IOException {
    return MountEntry.topmostAt(mountPoint).filter(this::isThis).isPresent();
  }

  private boolean covered() throws IOException {
    return !seen() && MountEntry.all().stream().anyMatch(this::isThis);
  }

  private boolean isThis(MountEntry entry) {
    return entry.device().equals(device) && entry.type().equals(StaleMounts.TYPE);
  }

  private void awaitThreads() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_LIMIT_SECONDS);
    try {
      for (Thread thread : threads) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (!thread.join(Duration.ofMillis(Math.max(1, leftMs)))) {
          throw new IOException(
              "%s is unmounted, but %s did not end within %d s"
                  .formatted(mountPoint, thread.getName(), CLOSE_LIMIT_SECONDS));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while closing the mount at " + mountPoint, e);
    }
  }
}
