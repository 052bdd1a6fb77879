package io.blockseal.fuse;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeSpec;
import io.blockseal.volume.format.CipherSpec;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A volume in a directory of a test's own, and its data key.
final class SampleVolume implements Closeable {
  private static final String NAME = "vol-0123456789abcdef0";
  private static final String LINEAGE = "00112233445566778899aabbccddeeff";

  private final SecureRandom random = new SecureRandom();
  private final Path file;
  private final @Nullable SecretBytes dataKey;

  private SampleVolume(Path file, CipherSpec cipher) {
    this.file = file;
    dataKey = cipher.encrypted() ? SecretBytes.random(64, random) : null;
  }

  /// Makes one, which is not open yet, in `directory`; there is one of a cipher.
  static SampleVolume create(Path directory, CipherSpec cipher, long sizeBytes) throws IOException {
    var volume = new SampleVolume(directory.resolve(cipher + ".blockseal"), cipher);
    VolumeSpec spec = VolumeSpec.of(NAME, sizeBytes, cipher, LINEAGE);
    if (cipher.encrypted()) {
      String wrapped = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
      spec = spec.withKey("arn:aws:kms:us-east-1:000000000000:key/1", wrapped, Map.of());
    }
    Volume.create(volume.file, spec, volume.dataKey, volume.random);
    return volume;
  }

  /// Whoever opens it closes it.
  Volume open() throws IOException {
    return Volume.open(file, dataKey, OpenOptions.writable(), random);
  }

  @Override
  public void close() {
    if (dataKey != null) {
      dataKey.close();
    }
  }
}
