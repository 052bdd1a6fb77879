package io.blockseal.volume.engine;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;

/// A volume file to measure with, and its key. Confined to one thread.
final class BenchVolume implements AutoCloseable {
  private static final String ID = "vol-0123456789abcdef0";

  private final Path file;
  private final SecretBytes key;
  private final SecureRandom random = new SecureRandom();

  private BenchVolume(Path file, SecretBytes key) {
    this.file = file;
    this.key = key;
  }

  /// Makes an empty volume in `directory`.
  static BenchVolume create(Path directory, CipherSpec cipher, long sizeBytes) throws IOException {
    BenchVolume volume =
        new BenchVolume(
            directory.resolve(ID + ".blockseal"),
            SecretBytes.random(cipher.dataKeyBytes(), new SecureRandom()));
    VolumeSpec spec =
        VolumeSpec.of(ID, sizeBytes, cipher, "00112233445566778899aabbccddeeff")
            .withKey(null, "d3JhcHBlZA==", Map.of("aws:ebs:id", ID));
    Volume.create(volume.file, spec, volume.key, volume.random);
    return volume;
  }

  Path file() {
    return file;
  }

  SecretBytes key() {
    return key;
  }

  Volume open() throws IOException {
    return Volume.open(file, key, OpenOptions.writable(), random);
  }

  /// Removes the files.
  @Override
  public void close() throws IOException {
    key.close();
    Volume.delete(file);
  }
}
