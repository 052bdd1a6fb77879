package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Coming and going of the mount itself.
@RequiresFuse
@ParameterizedClass
@EnumSource
class MountingIT {
  private final FuseTransportKind transport;
  private FuseSandbox sandbox;

  MountingIT(FuseTransportKind transport) {
    this.transport = transport;
  }

  @BeforeEach
  void makeADirectory() throws IOException {
    sandbox = new FuseSandbox(transport);
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    sandbox.close();
  }

  @Test
  void closingUnmountsAndCanBeRepeated() throws IOException {
    FuseExports exports = sandbox.mount();
    assertThat(MountEntry.topmostAt(sandbox.mountPoint()))
        .get()
        .extracting(MountEntry::type, MountEntry::source)
        .containsExactly("fuse.blockseal", "blockseal");

    exports.close();
    exports.close();

    assertThat(MountEntry.topmostAt(sandbox.mountPoint())).isEmpty();
    assertThatThrownBy(() -> exports.publish("vol-1", new RamDevice(4096), Map.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theSameDirectoryCanBeMountedAgain() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (FuseExports exports = FuseExports.mount(sandbox.settings())) {
        Path file = Path.of(exports.publish("vol-1", new RamDevice(4096), Map.of()));
        assertThat(Files.readAllBytes(file)).hasSize(4096);
      }
    }
  }

  @Test
  void nothingIsPublishedAtAMountThatSomebodyTookAway() throws IOException {
    try (FuseExports exports = FuseExports.mount(sandbox.settings())) {
      sandbox.run("umount", "--lazy", sandbox.mountPoint().toString());

      assertThatThrownBy(() -> exports.publish("vol-1", new RamDevice(4096), Map.of()))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "%s was unmounted by somebody; a restart mounts it again", sandbox.mountPoint());
    }
  }

  @Test
  void nothingIsPublishedBelowAnotherMount() throws IOException {
    String place = sandbox.mountPoint().toString();
    try (FuseExports exports = FuseExports.mount(sandbox.settings())) {
      sandbox.run("mount", "-t", "tmpfs", "none", place);
      try {
        assertThatThrownBy(() -> exports.publish("vol-1", new RamDevice(4096), Map.of()))
            .isInstanceOf(IOException.class)
            .hasMessage("another file system is mounted over " + place);
      } finally {
        sandbox.run("umount", place);
      }
      exports.publish("vol-1", new RamDevice(4096), Map.of());
      assertThat(sandbox.mountPoint().resolve("vol-1")).exists();
    }
  }

  @Test
  void closingEndsEveryThreadAlsoWhenFilesAreOpen() throws IOException {
    FuseExports exports = FuseExports.mount(sandbox.settings());
    Path file = Path.of(exports.publish("vol-1", new RamDevice(4096), Map.of()));
    FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE);
    exports.close();

    assertThatThrownBy(() -> open.write(ByteBuffer.allocate(1)))
        .hasMessageContaining("not connected");
    assertThatThrownBy(open::close).hasMessageContaining("not connected");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("blockseal-fuse-"));
  }

  @Test
  void aDirectoryThatHoldsSomethingIsRefused() throws IOException {
    Files.createDirectory(sandbox.mountPoint());
    Files.createFile(sandbox.mountPoint().resolve("precious"));

    assertThatThrownBy(sandbox::mount)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty, it holds precious");
  }

  @Test
  void aSecondDaemonOnTheSameDirectoryIsRefused() throws IOException {
    sandbox.mount();

    assertThatThrownBy(sandbox::mount)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another Blockseal daemon is serving its volumes");
  }

  @Test
  void somebodyElsesMountIsRefusedAndLeftAlone() throws IOException {
    Files.createDirectory(sandbox.mountPoint());
    String place = sandbox.mountPoint().toString();
    sandbox.run("mount", "-t", "tmpfs", "-o", "size=64k", "stranger", place);
    sandbox.onClose(() -> sandbox.run("umount", place));

    assertThatThrownBy(sandbox::mount)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("stranger is mounted there as tmpfs");
    assertThat(MountEntry.topmostAt(sandbox.mountPoint()))
        .get()
        .extracting(MountEntry::source)
        .isEqualTo("stranger");
  }

  @Test
  void theMountOfAKilledDaemonIsCleared() throws Exception {
    Path mountPoint = sandbox.mountPoint();
    Process daemon = ExportProcess.start(sandbox.directory(), mountPoint, 1048576, 4, transport);
    try (BufferedReader output = daemon.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("mounted");
      assertThat(Files.size(mountPoint.resolve("ram"))).isEqualTo(1048576);
    } finally {
      daemon.destroyForcibly();
    }
    assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> Files.getLastModifiedTime(mountPoint))
        .message()
        .containsAnyOf(
            "Transport endpoint is not connected",
            "Software caused connection abort",
            "Operation canceled");

    try (FuseExports exports = FuseExports.mount(sandbox.settings())) {
      Path file = Path.of(exports.publish("vol-1", new RamDevice(4096), Map.of()));
      assertThat(file).hasSize(4096);
    }
    assertThat(StaleMounts.clear(mountPoint)).isZero();
  }
}
