package io.blockseal.fuse;

import io.blockseal.fuse.kernel.LinuxCalls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Mounts that a daemon left behind when it was killed: the kernel keeps them, and everything below
/// answers "Transport endpoint is not connected".
public final class StaleMounts {
  static final String SUBTYPE = "blockseal";
  static final String TYPE = "fuse." + SUBTYPE;
  static final String SOURCE = "blockseal";

  /// Mounts that may lie on top of each other; a daemon that crashed in a loop leaves one.
  private static final int MAX_STACKED = 16;

  /// A mount that does not answer within this time has a daemon behind it that hangs: it is alive.
  private static final long ANSWER_LIMIT_SECONDS = 5;

  /// What looking at a mount ends with that nobody serves, or that loses its daemon meanwhile: the
  /// kernel takes io_urings down some time after the daemon is gone.
  private static final Set<String> DEAD =
      Set.of(
          "Transport endpoint is not connected",
          "Software caused connection abort",
          "Operation canceled");

  private StaleMounts() {}

  /// Detaches dead mounts of Blockseal at `mountPoint`, and never anything else.
  ///
  /// @return how many there were
  /// @throws IOException if something that is alive, or is not Blockseal's, is mounted there
  public static int clear(Path mountPoint) throws IOException {
    Path place = resolveParent(mountPoint);
    for (int cleared = 0; cleared <= MAX_STACKED; cleared++) {
      Optional<MountEntry> mounted = MountEntry.topmostAt(place);
      if (mounted.isEmpty()) {
        return cleared;
      }
      requireDead(place, mounted.get());
      int errno = Unmounting.unmount(place, LinuxCalls.MNT_DETACH);
      if (errno != 0) {
        throw new IOException(
            "cannot detach the mount that a dead daemon left at %s: errno %d"
                .formatted(place, errno));
      }
    }
    throw new IOException(
        "more than %d dead mounts lie on top of each other at %s".formatted(MAX_STACKED, place));
  }

  /// The real path of a mount point, without touching what is mounted there.
  static Path resolveParent(Path mountPoint) throws IOException {
    Path absolute = mountPoint.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw new IOException("the root directory cannot be a mount point");
    }
    return Files.exists(parent) ? parent.toRealPath().resolve(name) : absolute;
  }

  private static void requireDead(Path place, MountEntry entry) throws IOException {
    if (!entry.type().equals(TYPE) || !entry.source().equals(SOURCE)) {
      throw new IOException(
          "%s is in use: %s is mounted there as %s; choose another mount point or unmount it"
              .formatted(place, entry.source(), entry.type()));
    }
    if (!disconnected(place)) {
      throw new IOException(
          "another Blockseal daemon is serving its volumes at %s; stop it or choose another place"
              .formatted(place));
    }
  }

  /// Whether nobody serves the mount. A look at it can hang, so another thread takes it.
  private static boolean disconnected(Path place) throws IOException {
    var look = new CompletableFuture<Boolean>();
    Thread.ofPlatform()
        .daemon()
        .name("blockseal-mount-probe")
        .start(
            () -> {
              try {
                Files.getAttribute(place, "unix:mode");
                look.complete(false);
              } catch (IOException e) {
                look.complete(DEAD.contains(reason(e)));
              }
            });
    try {
      return look.get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException("cannot look at " + place, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while looking at " + place, e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException failed ? String.valueOf(failed.getReason()) : "";
  }
}
