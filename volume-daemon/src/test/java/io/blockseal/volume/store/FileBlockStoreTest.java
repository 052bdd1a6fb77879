package io.blockseal.volume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileBlockStoreTest extends BlockStoreContract {
  @TempDir Path directory;

  @Override
  BlockStore fresh() throws IOException {
    return FileBlockStore.open(directory.resolve("store"), VolumeFiles.Mode.CREATE);
  }

  @Test
  void createsFilesThatOnlyTheOwnerReads() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void neverCreatesWhatExistsNorOpensWhatDoesNot() {
    assertThatThrownBy(() -> FileBlockStore.open(file(), VolumeFiles.Mode.CREATE))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> FileBlockStore.open(directory.resolve("none"), VolumeFiles.Mode.WRITE))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void saysWhatFailedAndWhere() throws IOException {
    try (BlockStore reader = FileBlockStore.open(file(), VolumeFiles.Mode.READ)) {
      assertThatThrownBy(() -> reader.write(8192, ByteBuffer.allocateDirect(10)))
          .isInstanceOf(IOException.class)
          .hasMessage("write 10 bytes at 8192 of %s: Bad file descriptor", file());
    }
  }

  @Test
  void interruptingAThreadDoesNotCloseTheFile() throws IOException {
    try (BlockStore store = FileBlockStore.open(file(), VolumeFiles.Mode.WRITE)) {
      Thread.currentThread().interrupt();
      store.write(0, ByteBuffer.wrap(new byte[] {1}));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(store.sizeBytes()).isEqualTo(1);
    }
  }

  @Test
  void droppingWhatIsCachedChangesNothing() throws IOException {
    byte[] content = new byte[100_000];
    Arrays.fill(content, (byte) 7);
    try (BlockStore store = FileBlockStore.open(file(), VolumeFiles.Mode.WRITE)) {
      store.write(50, ByteBuffer.wrap(content));
      store.dropCached();
    }
    try (BlockStore reader = FileBlockStore.open(file(), VolumeFiles.Mode.READ)) {
      reader.dropCached();
      ByteBuffer seen = ByteBuffer.allocate(content.length);
      reader.read(50, seen);
      assertThat(seen.array()).isEqualTo(content);
    }
  }

  private Path file() {
    return directory.resolve("store");
  }
}
