package io.blockseal.volume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryFilesTest {
  @TempDir Path directory;

  @Test
  void letsAVolumeBeOpenOnlyOnce() throws IOException {
    Path volume = directory.resolve("vol");
    try (VolumeFiles first = DirectoryFiles.create(volume)) {
      assertThat(first.exists(VolumeFile.VOLUME)).isTrue();
      assertThatThrownBy(() -> DirectoryFiles.open(volume))
          .isInstanceOf(VolumeBusyException.class)
          .hasMessage("volume %s is already open, here or in another process", volume);
      assertThatThrownBy(() -> DirectoryFiles.delete(volume))
          .isInstanceOf(VolumeBusyException.class);
    }
    DirectoryFiles.open(volume).close();
  }

  @Test
  void keepsTheLockWhenSomebodyElseOpensAndClosesTheFile() throws IOException {
    Path volume = directory.resolve("vol");
    try (VolumeFiles first = DirectoryFiles.create(volume)) {
      first.open(VolumeFile.VOLUME, VolumeFiles.Mode.WRITE).close();
      assertThatThrownBy(() -> DirectoryFiles.open(volume)).isInstanceOf(VolumeBusyException.class);
    }
  }

  @Test
  void waitsForNobodyToOpenAPipe() throws Exception {
    Path volume = directory.resolve("vol");
    Process mkfifo = new ProcessBuilder("mkfifo", volume.toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    assertThatThrownBy(() -> DirectoryFiles.open(volume))
        .isInstanceOf(IOException.class)
        .hasMessage("%s is no regular file", volume);
  }

  @Test
  void replacesSmallFilesAsAWhole() throws IOException {
    try (VolumeFiles files = DirectoryFiles.create(directory.resolve("vol"))) {
      assertThat(files.load(VolumeFile.CHANGED, 10)).isEmpty();
      files.replace(VolumeFile.CHANGED, new byte[] {1, 2});
      files.replace(VolumeFile.CHANGED, new byte[] {3});
      assertThat(files.load(VolumeFile.CHANGED, 10)).contains(new byte[] {3});
      assertThat(directory.resolve("vol.changed")).exists();
      files.delete(VolumeFile.CHANGED);
      files.delete(VolumeFile.CHANGED);
      assertThat(files.exists(VolumeFile.CHANGED)).isFalse();
    }
  }

  /// The removal of a name may have failed before it was synced: the next removal has to sync it.
  /// Whether it tries to is seen by taking the directory away.
  @Test
  void syncsTheNamesWhenItDeletesWhatIsGone() throws IOException {
    Path place = Files.createDirectory(directory.resolve("volume"));
    try (DirectoryFiles files = DirectoryFiles.create(place.resolve("vol-1"))) {
      Files.move(place, directory.resolve("elsewhere"));
      assertThatThrownBy(() -> files.delete(VolumeFile.CHANGED)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesToLoadMoreThanAsked() throws IOException {
    try (VolumeFiles files = DirectoryFiles.create(directory.resolve("vol"))) {
      files.replace(VolumeFile.CHANGED, new byte[11]);
      assertThatThrownBy(() -> files.load(VolumeFile.CHANGED, 10))
          .hasMessageEndingWith("vol.changed has 11 bytes, more than 10");
    }
  }

  @Test
  void deletesTheVolumeWithItsCompanions() throws IOException {
    Path volume = directory.resolve("vol");
    try (VolumeFiles files = DirectoryFiles.create(volume)) {
      files.replace(VolumeFile.JOURNAL, new byte[1]);
      files.replace(VolumeFile.HYDRATION, new byte[1]);
    }
    DirectoryFiles.delete(volume);
    DirectoryFiles.delete(volume);
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    assertThatThrownBy(() -> DirectoryFiles.open(volume)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void neverCreatesOverAVolume() throws IOException {
    Path volume = directory.resolve("vol");
    DirectoryFiles.create(volume).close();
    assertThatThrownBy(() -> DirectoryFiles.create(volume))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}
