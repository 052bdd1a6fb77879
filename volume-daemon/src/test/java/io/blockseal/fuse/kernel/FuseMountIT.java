package io.blockseal.fuse.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockseal.fuse.FuseSandbox;
import io.blockseal.fuse.RequiresFuse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Mounting with nobody behind it: what the mount table shows, and that the kernel talks to us.
@RequiresFuse
class FuseMountIT {
  private static final int PAGE = 4096;
  private static final int ROOT = 0;
  private static final int NOBODY = 65534;

  private FuseSandbox sandbox;
  private Path place;

  @BeforeEach
  void makeADirectory() throws IOException {
    sandbox = new FuseSandbox();
    place = Files.createDirectories(sandbox.mountPoint());
  }

  @AfterEach
  void leaveNothingBehind() throws IOException {
    sandbox.close();
  }

  @Test
  void rootMountsBySystemCall() throws IOException {
    mountAndGreet(ROOT);

    assertThat(entry()).contains("rw,nosuid,nodev").contains("user_id=0").contains("allow_other");
  }

  @Test
  void othersMountThroughFusermount() throws IOException {
    assumeTrue(sandbox.has("fusermount3"), "fusermount3 is missing (apt-get install fuse3)");
    mountAndGreet(NOBODY);

    assertThat(entry()).contains("rw,nosuid,nodev").doesNotContain("allow_other");
  }

  @Test
  void whatFusermountRefusesIsAFailure() {
    assumeTrue(sandbox.has("fusermount3"), "fusermount3 is missing (apt-get install fuse3)");
    var mount = new FuseMount("blockseal", "blockseal", NOBODY, NOBODY, PAGE);

    assertThatThrownBy(() -> mount.at(place.resolve("missing")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fusermount3 could not mount");
  }

  @Test
  void whatTheKernelRefusesIsAFailure() {
    var mount = new FuseMount("blockseal", "blockseal", ROOT, ROOT, PAGE);

    assertThatThrownBy(() -> mount.at(place.resolve("missing")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("errno 2");
  }

  /// Mounts, greets, and answers the first request through a second door.
  private void mountAndGreet(int uid) throws IOException {
    var mount = new FuseMount("blockseal", "blockseal", uid, uid, 4 * PAGE);
    FuseDevice device = mount.at(place);
    sandbox.onClose(() -> sandbox.run("umount", place.toString()));
    sandbox.onClose(device);
    assertThat(mount.greet(device, PAGE, false).minor()).isGreaterThanOrEqualTo(31);
    try (var exchange = new DeviceExchange(device.another(), 4 * PAGE)) {
      Thread asking = Thread.ofPlatform().start(() -> place.resolve("name").toFile().exists());
      assertThat(exchange.receive()).isTrue();
      assertThat(exchange.node()).as("the root, that it may be entered").isEqualTo(1);
      exchange.fail(LinuxCalls.ENOENT);
      asking.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String entry() throws IOException {
    return Files.readString(Path.of("/proc/self/mounts"), UTF_8)
        .lines()
        .filter(line -> line.startsWith("blockseal " + place + " fuse.blockseal "))
        .findFirst()
        .orElseThrow();
  }
}
