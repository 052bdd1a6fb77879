package io.blockseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path temporary;

  @Test
  void isMadeForItsOwnerOnly() throws IOException {
    DataDirectory directory = new DataDirectory(temporary.resolve("a/b"));

    directory.create();

    assertThat(permissions(directory.path())).isEqualTo("rwx------");
  }

  @Test
  void takesOverAnEmptyDirectory() throws IOException {
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));

    new DataDirectory(temporary).create();

    assertThat(permissions(temporary)).isEqualTo("rwx------");
  }

  @Test
  void refusesToOverwriteADataDirectoryOrAnythingElse() throws IOException {
    DataDirectory directory = new DataDirectory(temporary);
    Files.writeString(temporary.resolve("note"), "mine");
    assertThatThrownBy(directory::create).hasMessageContaining("is not empty and not Blockseal's");

    Files.writeString(directory.rootKey(), "key");
    assertThatThrownBy(directory::create).hasMessageContaining("already holds a Blockseal");
  }

  @Test
  void saysHowToMakeOneWhereThereIsNone() {
    assertThatThrownBy(new DataDirectory(temporary)::requireInitialised)
        .hasMessageContaining("blockseald init --data " + temporary);
  }

  @Test
  void makesNoNewMetadataBesideARootOfTrust() throws IOException {
    DataDirectory directory = new DataDirectory(temporary);
    Files.writeString(directory.rootKey(), "key");
    assertThatThrownBy(directory::requireInitialised)
        .hasMessageContaining(directory.metadata() + " holds no metadata")
        .hasMessageContaining("put them back");

    Files.createDirectory(directory.metadata());
    Files.createFile(directory.metadata().resolve("CURRENT"));
    directory.requireInitialised();
  }

  @Test
  void writesFilesThatOnlyTheirOwnerReadsAndNeverOverwritesOne() throws IOException {
    Path file = temporary.resolve("secret");

    DataDirectory.writePrivate(file, new byte[] {1, 2});

    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(file).hasBinaryContent(new byte[] {1, 2});
    assertThatThrownBy(() -> DataDirectory.writePrivate(file, new byte[] {3}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void letsOnlyOneHaveItAtATime() throws IOException {
    DataDirectory directory = new DataDirectory(temporary);
    try (InstanceLock first = InstanceLock.take(directory)) {
      assertThat(first).isNotNull();
      assertThat(directory.pid()).hasContent(ProcessHandle.current().pid() + "\n");
      assertThatThrownBy(() -> InstanceLock.take(directory))
          .hasMessage(
              "another blockseald (process "
                  + ProcessHandle.current().pid()
                  + ") is using "
                  + temporary);
    }

    assertThat(directory.pid()).doesNotExist();
    InstanceLock.take(directory).close();
  }

  @Test
  void saysWhoElseMayLookInside() throws IOException {
    DataDirectory directory = new DataDirectory(temporary.resolve("data"));
    directory.create();
    assertThat(directory.exposure()).isEmpty();

    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(directory.exposure().orElseThrow())
        .startsWith(directory.path() + " is open to others (rwxr-x---)")
        .endsWith("chmod 700 " + directory.path());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
