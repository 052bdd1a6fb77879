package io.blockseal.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The directory that the export is mounted on, made fit for it. *Immutable.*
///
/// @param path its real path, as the mount table spells it
record MountPoint(Path path) {
  private static final Path FUSE_DEVICE = Path.of("/dev/fuse");

  /// Sees to it that a mount can succeed: the kernel has FUSE, the directory exists, nothing is
  /// mounted there (mounts of dead daemons are cleared) and nothing would be hidden.
  static MountPoint prepare(Path requested) throws IOException {
    if (!Files.exists(FUSE_DEVICE)) {
      throw new IOException(
          """
          cannot mount at %s: %s is missing; load the kernel module with `modprobe fuse`, or give the \
          container the device (--device /dev/fuse --cap-add SYS_ADMIN)\
          """
              .formatted(requested, FUSE_DEVICE));
    }
    if (Files.isSymbolicLink(requested)) {
      throw new IOException(
          "cannot mount at %s: it is a symbolic link; name the directory itself"
              .formatted(requested));
    }
    StaleMounts.clear(requested);
    Path place = StaleMounts.resolveParent(Files.createDirectories(requested));
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("cannot mount at %s: it is not a directory".formatted(place));
    }
    Optional<Path> content;
    try (Stream<Path> entries = Files.list(place)) {
      content = entries.findAny();
    }
    if (content.isPresent()) {
      throw new IOException(
          "cannot mount at %s: the directory is not empty, it holds %s"
              .formatted(place, content.get().getFileName()));
    }
    return new MountPoint(place);
  }
}
