package io.blockseal.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// What lies where in the data directory; nobody but its owner may look inside. Immutable.
///
/// | name | what |
/// |---|---|
/// | `blockseald.conf` | settings |
/// | `root.key` or `root.passphrase` | the root of trust, or what a passphrase needs beside itself to be one |
/// | `credentials`, `config` | for AWS clients: the first access key, the endpoint |
/// | `metadata/` | keys, volumes, snapshots, accounts |
/// | `metadata.reserve` | disk space that is kept for them |
/// | `volumes/`, `chunks/`, `snapshots/` | ciphertext |
/// | `mnt/` | where attached volumes appear, unless `mount` says otherwise |
/// | `lock`, `blockseald.pid` | of the daemon that runs on it |
record DataDirectory(Path path) {
  private static final Set<PosixFilePermission> PRIVATE_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> PRIVATE_FILE =
      PosixFilePermissions.fromString("rw-------");

  DataDirectory {
    path = path.toAbsolutePath().normalize();
  }

  Path configuration() {
    return path.resolve("blockseald.conf");
  }

  Path rootKey() {
    return path.resolve("root.key");
  }

  Path rootPassphrase() {
    return path.resolve("root.passphrase");
  }

  Path credentials() {
    return path.resolve("credentials");
  }

  Path awsConfig() {
    return path.resolve("config");
  }

  Path metadata() {
    return path.resolve("metadata");
  }

  Path metadataReserve() {
    return path.resolve("metadata.reserve");
  }

  Path volumes() {
    return path.resolve("volumes");
  }

  Path chunks() {
    return path.resolve("chunks");
  }

  Path snapshots() {
    return path.resolve("snapshots");
  }

  Path lock() {
    return path.resolve("lock");
  }

  Path pid() {
    return path.resolve("blockseald.pid");
  }

  /// Makes the directory, 0700, if it is not there.
  ///
  /// @throws IOException also if it is there and not empty
  void create() throws IOException {
    if (Files.isDirectory(path)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        if (entries.iterator().hasNext()) {
          throw new IOException(
              isInitialised()
                  ? path + " already holds a Blockseal; it is left as it is"
                  : path + " is not empty and not Blockseal's; choose another --data directory");
        }
      }
      Files.setPosixFilePermissions(path, PRIVATE_DIRECTORY);
      return;
    }
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PRIVATE_DIRECTORY));
  }

  boolean isInitialised() {
    return Files.exists(rootKey()) || Files.exists(rootPassphrase());
  }

  /// @throws IOException if nothing was initialised here, or the metadata are gone, saying what to
  ///   do about it
  void requireInitialised() throws IOException {
    if (!isInitialised()) {
      throw new IOException(
          path
              + " holds no Blockseal; make one with: blockseald init --data "
              + ShellWord.of(path));
    }
    if (!Files.exists(metadata().resolve("CURRENT"))) {
      throw new IOException(
          metadata()
              + " holds no metadata, though there is a root of trust: put them back; without the"
              + " keys in them nothing here can be decrypted");
    }
  }

  /// What is wrong with who may look inside, and what to do about it; empty if nothing is.
  Optional<String> exposure() throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    return PRIVATE_DIRECTORY.containsAll(permissions)
        ? Optional.empty()
        : Optional.of(
            "%s is open to others (%s), though some files in it rely on it: run chmod 700 %s"
                .formatted(path, PosixFilePermissions.toString(permissions), ShellWord.of(path)));
  }

  /// Writes a new file, 0600, whole and durable.
  static void writePrivate(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PRIVATE_FILE))) {
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }
}
