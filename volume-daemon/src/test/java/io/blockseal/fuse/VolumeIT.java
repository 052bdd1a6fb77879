package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real volumes under the export: what programs wrote is there after the volume was closed and
/// opened.
@RequiresFuse
@ParameterizedClass
@EnumSource
class VolumeIT {
  private static final String NAME = "vol-0123456789abcdef0";
  private static final long SIZE = 64L << 20;

  private final FuseTransportKind transport;
  private FuseSandbox sandbox;
  private FuseExports exports;
  private @Nullable SampleVolume volume;

  VolumeIT(FuseTransportKind transport) {
    this.transport = transport;
  }

  @BeforeEach
  void mountAnExport() throws IOException {
    sandbox = new FuseSandbox(transport);
    exports = sandbox.mount();
  }

  @AfterEach
  void leaveNothingBehind() throws IOException {
    sandbox.close();
    if (volume != null) {
      volume.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void checksummedWritesOfAllSizesSurviveCloseAndReopen(CipherSpec cipher) throws IOException {
    assumeTrue(sandbox.has("fio"), "fio is missing (apt-get install fio)");
    volume = SampleVolume.create(sandbox.directory(), cipher, SIZE);
    Path job = sandbox.directory().resolve("verify.fio");
    try (InputStream source = VolumeIT.class.getResourceAsStream("verify.fio")) {
      Files.copy(Objects.requireNonNull(source), job);
    }

    try (Volume open = volume.open()) {
      String file = exports.publish(NAME, open, Map.of());
      sandbox.run("fio", "--filename=" + file, job.toString());
      sandbox.run("fio", "--filename=" + file, "--verify_only", job.toString());
      assertThat(exports.withdraw(NAME, false)).isTrue();
    }
    try (Volume open = volume.open()) {
      String file = exports.publish(NAME, open, Map.of());
      sandbox.run("fio", "--filename=" + file, "--verify_only", job.toString());
      assertThat(exports.withdraw(NAME, false)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileSystemSurvivesCloseAndReopen(CipherSpec cipher) throws IOException {
    volume = SampleVolume.create(sandbox.directory(), cipher, SIZE);
    String digest;
    try (Volume open = volume.open()) {
      Path file = Path.of(exports.publish(NAME, open, Map.of()));
      sandbox.run("mkfs.ext4", "-q", file.toString());
      String loop = sandbox.loop(file);
      Path place = sandbox.mountDevice(loop, "mounted");
      sandbox.run("dd", "if=/dev/urandom", "of=" + place + "/data", "bs=1M", "count=16");
      digest = sandbox.run("sha256sum", place + "/data");
      sandbox.run("fstrim", place.toString());
      sandbox.run("umount", place.toString());
      sandbox.run("losetup", "--detach", loop);
      assertThat(exports.withdraw(NAME, false)).isTrue();
    }
    try (Volume open = volume.open()) {
      Path file = Path.of(exports.publish(NAME, open, Map.of()));
      String loop = sandbox.loop(file, "--direct-io=on");
      sandbox.run("e2fsck", "-f", "-n", loop);
      Path place = sandbox.mountDevice(loop, "mounted");
      assertThat(sandbox.run("sha256sum", place + "/data")).isEqualTo(digest);
      sandbox.run("umount", place.toString());
    }
  }
}
