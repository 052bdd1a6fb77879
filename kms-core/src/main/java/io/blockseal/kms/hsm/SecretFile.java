package io.blockseal.kms.hsm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// A small file that only its owner may read.
public final class SecretFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private SecretFile() {}

  /// Writes a new file, durably.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if there is one: a root of trust is never
  ///   overwritten
  static void create(Path file, byte[] content) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    if (parent != null) {
      try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  /// Reads a file that group and others must not be able to touch; the caller wipes the bytes.
  ///
  /// @param what the file is, for the words of a refusal
  /// @throws RootOfTrustException if it is missing, open to others, or longer than `maxBytes`
  public static byte[] read(Path file, String what, int maxBytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new RootOfTrustException("%s %s does not exist".formatted(what, file));
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new RootOfTrustException(
          "%s %s is open to others (%s); only its owner may have access: chmod 600 %s"
              .formatted(what, file, PosixFilePermissions.toString(permissions), file));
    }
    try (InputStream content = Files.newInputStream(file)) {
      byte[] bytes = content.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        Arrays.fill(bytes, (byte) 0);
        throw new RootOfTrustException(
            "%s %s has %d bytes, at most %d are allowed"
                .formatted(what, file, Files.size(file), maxBytes));
      }
      return bytes;
    }
  }
}
