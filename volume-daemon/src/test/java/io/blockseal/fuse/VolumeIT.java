package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeSpec;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
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

  private final SecureRandom random = new SecureRandom();
  private final SecretBytes dataKey = SecretBytes.random(64, random);
  private final FuseTransportKind transport;
  private FuseSandbox sandbox;
  private FuseExports exports;

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
    dataKey.close();
  }

  @ParameterizedTest
  @EnumSource
  void checksummedWritesOfAllSizesSurviveCloseAndReopen(CipherSpec cipher) throws IOException {
    assumeTrue(sandbox.has("fio"), "fio is missing (apt-get install fio)");
    Path volume = create(cipher);
    Path job = sandbox.directory().resolve("verify.fio");
    try (InputStream source = VolumeIT.class.getResourceAsStream("verify.fio")) {
      Files.copy(Objects.requireNonNull(source), job);
    }

    try (Volume open = open(volume, cipher)) {
      String file = exports.publish(NAME, open, Map.of());
      sandbox.run("fio", "--filename=" + file, job.toString());
      sandbox.run("fio", "--filename=" + file, "--verify_only", job.toString());
      assertThat(exports.withdraw(NAME, false)).isTrue();
    }
    try (Volume open = open(volume, cipher)) {
      String file = exports.publish(NAME, open, Map.of());
      sandbox.run("fio", "--filename=" + file, "--verify_only", job.toString());
      assertThat(exports.withdraw(NAME, false)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileSystemSurvivesCloseAndReopen(CipherSpec cipher) throws IOException {
    Path volume = create(cipher);
    String digest;
    try (Volume open = open(volume, cipher)) {
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
    try (Volume open = open(volume, cipher)) {
      Path file = Path.of(exports.publish(NAME, open, Map.of()));
      String loop = sandbox.loop(file, "--direct-io=on");
      sandbox.run("e2fsck", "-f", "-n", loop);
      Path place = sandbox.mountDevice(loop, "mounted");
      assertThat(sandbox.run("sha256sum", place + "/data")).isEqualTo(digest);
      sandbox.run("umount", place.toString());
    }
  }

  private Path create(CipherSpec cipher) throws IOException {
    Path file = sandbox.directory().resolve(NAME + ".blockseal");
    String lineage = "00112233445566778899aabbccddeeff";
    String wrapped = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
    VolumeSpec spec = VolumeSpec.of(NAME, SIZE, cipher, lineage);
    if (cipher.encrypted()) {
      spec = spec.withKey("arn:aws:kms:us-east-1:000000000000:key/1", wrapped, Map.of());
    }
    Volume.create(file, spec, cipher.encrypted() ? dataKey : null, random);
    return file;
  }

  private Volume open(Path file, CipherSpec cipher) throws IOException {
    return Volume.open(file, cipher.encrypted() ? dataKey : null, OpenOptions.writable(), random);
  }
}
