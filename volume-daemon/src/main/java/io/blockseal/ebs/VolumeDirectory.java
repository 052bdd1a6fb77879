package io.blockseal.ebs;

import io.blockseal.volume.engine.ForeignFilesException;
import io.blockseal.volume.engine.VolumeInspector;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.HeaderImage;
import io.blockseal.volume.format.VolumeHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where the files of volumes are. Immutable.
record VolumeDirectory(Path root) {
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /// The file of a volume, which may not exist.
  Path file(ResourceName volume) {
    return root.resolve(volume.account())
        .resolve(volume.region())
        .resolve(volume.id() + ".blockseal");
  }

  /// The file of a volume, with a directory for it.
  Path prepare(ResourceName volume) throws IOException {
    Path file = file(volume);
    Files.createDirectories(file.getParent(), PRIVATE);
    return file;
  }

  /// What the header of a volume says, whose authenticity nobody has checked. The volume may be
  /// open.
  ///
  /// @throws ForeignFilesException if it is the header of another volume
  VolumeHeader header(ResourceName volume) throws IOException {
    Path file = file(volume);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is no regular file"); // one may wait for ever to open a pipe
    }
    VolumeHeader newest = null;
    FormatException damage = null;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (HeaderCopy copy : HeaderCopy.values()) {
        try {
          newest = newer(newest, HeaderImage.parse(region(channel, copy), copy).header());
        } catch (FormatException e) {
          damage = e;
        }
      }
    }
    if (newest == null) {
      throw new IOException("both copies of the header of " + file + " are damaged", damage);
    }
    ForeignFilesException.check(volume.id(), newest.volumeId());
    return newest;
  }

  /// Checks that the file of a volume may become as long as `sizeBytes` need.
  void checkRoom(ResourceName volume, long sizeBytes) throws IOException {
    VolumeInspector.checkRoom(file(volume), header(volume).cipher(), sizeBytes);
  }

  private static VolumeHeader newer(@Nullable VolumeHeader one, VolumeHeader other) {
    return one == null || other.sequence() > one.sequence() ? other : one;
  }

  /// As much of a copy as the file has.
  private static byte[] region(FileChannel channel, HeaderCopy copy) throws IOException {
    ByteBuffer region = ByteBuffer.allocate(HeaderCopy.BYTES);
    int read = 0;
    while (region.hasRemaining() && read >= 0) {
      read = channel.read(region, copy.offset() + region.position());
    }
    return Arrays.copyOf(region.array(), region.position());
  }
}
