package io.blockseal.volume.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The files of a volume in one directory of the local file system, named after the volume file.
/// Thread-safe.
public final class DirectoryFiles implements VolumeFiles {
  private static final String NEW_SUFFIX = ".new";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path volume;
  private final Path directory;
  private final @Nullable FileBlockStore lock;

  private DirectoryFiles(Path volume, @Nullable FileBlockStore lock) {
    this.volume = volume;
    this.directory = directoryOf(volume);
    this.lock = lock;
  }

  /// The files of the volume at `volume`, which must exist.
  ///
  /// @throws VolumeBusyException if somebody has it open
  public static DirectoryFiles open(Path volume) throws IOException {
    return locked(volume, FileBlockStore.open(volume, Mode.READ));
  }

  /// The files of a new volume at `volume`, where there must be no file: an empty volume file.
  public static DirectoryFiles create(Path volume) throws IOException {
    return locked(volume, FileBlockStore.open(volume, Mode.CREATE));
  }

  /// The files of the volume at `volume`, whoever has it open: to look at them, not to change them.
  public static DirectoryFiles peek(Path volume) {
    return new DirectoryFiles(volume, null);
  }

  /// Removes the volume file and its companions, durably; those that are not there are no error.
  ///
  /// @throws VolumeBusyException if somebody has it open
  public static void delete(Path volume) throws IOException {
    if (Files.exists(volume)) {
      try (DirectoryFiles files = open(volume)) {
        files.removeAll();
      }
      return;
    }
    try (DirectoryFiles files = create(volume)) {
      files.removeAll();
    }
  }

  @Override
  public String name() {
    return volume.toString();
  }

  @Override
  public String bootId() throws IOException {
    return Files.readString(BOOT_ID).strip();
  }

  @Override
  public boolean exists(VolumeFile file) {
    return Files.exists(path(file));
  }

  @Override
  public BlockStore open(VolumeFile file, Mode mode) throws IOException {
    return FileBlockStore.open(path(file), mode);
  }

  @Override
  public Optional<byte[]> load(VolumeFile file, long maxBytes) throws IOException {
    try (BlockStore store = open(file, Mode.READ)) {
      long size = store.sizeBytes();
      if (size > maxBytes) {
        throw new IOException(
            "%s has %d bytes, more than %d".formatted(path(file), size, maxBytes));
      }
      byte[] content = new byte[(int) size];
      store.read(0, ByteBuffer.wrap(content));
      return Optional.of(content);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void replace(VolumeFile file, byte[] content) throws IOException {
    Path fresh = Path.of(path(file) + NEW_SUFFIX);
    Files.deleteIfExists(fresh);
    try (BlockStore store = FileBlockStore.open(fresh, Mode.CREATE)) {
      store.write(0, ByteBuffer.wrap(content));
      store.sync(false);
    }
    Files.move(
        fresh, path(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncNames();
  }

  @Override
  public void delete(VolumeFile file) throws IOException {
    Files.deleteIfExists(path(file));
    // Also of a file that is not there: whoever removed it may have failed to make that durable.
    syncNames();
  }

  @Override
  public void syncNames() throws IOException {
    try (FileBlockStore names = FileBlockStore.open(directory, Mode.READ)) {
      names.sync(false);
    }
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }

  private void removeAll() throws IOException {
    for (VolumeFile file : VolumeFile.values()) {
      Files.deleteIfExists(Path.of(path(file) + NEW_SUFFIX));
      Files.deleteIfExists(path(file));
    }
    syncNames();
  }

  private Path path(VolumeFile file) {
    return Path.of(volume + file.suffix());
  }

  private static Path directoryOf(Path volume) {
    Path parent = volume.toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private static DirectoryFiles locked(Path volume, FileBlockStore file) throws IOException {
    try {
      if (!file.tryLock()) {
        throw new VolumeBusyException(volume.toString());
      }
    } catch (Throwable e) {
      file.close();
      throw e;
    }
    return new DirectoryFiles(volume, file);
  }
}
