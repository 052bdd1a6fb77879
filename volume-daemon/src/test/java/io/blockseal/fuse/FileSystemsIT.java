package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// File systems on loop devices on an exported file: the way that volumes are used. All writing is
/// done by other processes, so that this one can always answer the kernel.
@RequiresFuse
@ParameterizedClass
@EnumSource
class FileSystemsIT {
  private static final long MIB = 1024 * 1024;

  private final FuseTransportKind transport;
  private FuseSandbox sandbox;
  private FuseExports exports;

  FileSystemsIT(FuseTransportKind transport) {
    this.transport = transport;
  }

  @BeforeEach
  void mountAnExport() throws IOException {
    sandbox = new FuseSandbox(transport);
    exports = sandbox.mount();
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    sandbox.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "on"})
  void ext4LivesOnAVolume(String directIo) throws IOException {
    var device = new RamDevice(64 * MIB);
    Path file = Path.of(exports.publish("vol-ext4", device, Map.of()));

    String loop = useAndTrim(device, file, directIo, "mkfs.ext4", "-q");

    sandbox.run("e2fsck", "-f", "-n", loop);
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "on"})
  void xfsLivesOnAVolume(String directIo) throws IOException {
    assumeTrue(sandbox.has("mkfs.xfs"), "mkfs.xfs is missing (apt-get install xfsprogs)");
    // The smallest that mkfs.xfs makes is 300 MiB.
    var device = new RamDevice(320 * MIB);
    Path file = Path.of(exports.publish("vol-xfs", device, Map.of()));

    String loop = useAndTrim(device, file, directIo, "mkfs.xfs", "-q");

    sandbox.run("xfs_repair", "-n", loop);
    assertThat(device.allocatedBytes()).as("memory used").isLessThan(160 * MIB);
  }

  /// Makes a file system, fills it, checks what was written after another mount, and trims it.
  ///
  /// @return the loop device, with nothing mounted on it
  private String useAndTrim(RamDevice device, Path file, String directIo, String... mkfs)
      throws IOException {
    String loop = sandbox.loop(file, "--direct-io=" + directIo);
    assertThat(sandbox.run("losetup", "--noheadings", "--output", "DIO", loop).strip())
        .isEqualTo(directIo.equals("on") ? "1" : "0");
    sandbox.run(FuseSandbox.concat(mkfs, loop));
    assertThat(exports.withdraw(file.getFileName().toString(), false)).as("withdrawn").isFalse();

    Path place = sandbox.mountDevice(loop, "mounted");
    sandbox.run(
        "dd", "if=/dev/urandom", "of=" + place + "/data", "bs=1M", "count=24", "conv=fsync");
    String digest = sandbox.run("sha256sum", place + "/data");
    sandbox.run("umount", place.toString());
    assertThat(device.flushes()).isPositive();

    sandbox.run("mount", loop, place.toString());
    assertThat(sandbox.run("sha256sum", place + "/data")).isEqualTo(digest);
    sandbox.run("rm", place + "/data");
    // xfs frees the space of removed files in the background; unmounting waits for that.
    sandbox.run("umount", place.toString());
    sandbox.run("mount", loop, place.toString());
    long discarded = device.discardedBytes();
    long allocated = device.allocatedBytes();
    sandbox.run("fstrim", place.toString());
    assertThat(device.discardedBytes() - discarded).isGreaterThan(20 * MIB);
    assertThat(device.allocatedBytes()).isLessThan(allocated - 16 * MIB);
    sandbox.run("umount", place.toString());
    return loop;
  }
}
