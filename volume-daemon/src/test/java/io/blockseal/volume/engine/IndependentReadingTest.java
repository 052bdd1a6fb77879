package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.IndependentScript;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Volume files as somebody reads them who has the data key, OpenSSL and the description of the
/// format, but no code of ours: `decrypt_volume.py`.
final class IndependentReadingTest {
  private static final int SIZE = 2 * CHUNK + 9 * UNIT;

  @TempDir private Path directory;

  @BeforeAll
  static void needsOpenSsl() {
    IndependentScript.assumeAvailable();
  }

  @ParameterizedTest
  @EnumSource
  void aClosedVolumeHoldsWhatWasWritten(CipherSpec cipher) throws IOException {
    MemoryDisk disk = Bench.created(cipher, SIZE);
    byte[] model = new byte[SIZE];
    try (Volume volume = Bench.open(disk, cipher)) {
      history(volume, model, new Random(1));
    }
    try (Volume volume = Bench.open(disk, cipher)) {
      history(volume, model, new Random(2));
    }
    assertThat(decrypt(disk, cipher)).isEqualTo(model);
  }

  @ParameterizedTest
  @EnumSource
  void aVolumeThatWasKilledHoldsWhatWasWritten(CipherSpec cipher) throws IOException {
    MemoryDisk disk = Bench.created(cipher, SIZE);
    byte[] model = new byte[SIZE];
    Volume volume = Bench.open(disk, cipher);
    history(volume, model, new Random(3));
    volume.flush();
    disk.kill();
    assertThat(decrypt(disk, cipher)).isEqualTo(model);
  }

  @Test
  void aVolumeThatLostItsPowerHoldsWhatTheEngineFinds() throws IOException {
    for (long seed = 10; seed < 16; seed++) {
      MemoryDisk disk = Bench.created(CipherSpec.AES_256_GCM, SIZE);
      Random random = new Random(seed);
      Volume volume = Bench.open(disk, CipherSpec.AES_256_GCM);
      history(volume, new byte[SIZE], random);
      disk.losePower(random);
      byte[] found;
      try (Volume survivor = Bench.open(disk, CipherSpec.AES_256_GCM, OpenOptions.forReading())) {
        found = Bench.read(survivor, 0, SIZE);
      }
      assertThat(decrypt(disk, CipherSpec.AES_256_GCM))
          .describedAs("seed %d", seed)
          .isEqualTo(found);
    }
  }

  @Test
  void anAlteredUnitIsNoticed() throws IOException {
    MemoryDisk disk = Bench.created(CipherSpec.AES_256_GCM, SIZE);
    try (Volume volume = Bench.open(disk, CipherSpec.AES_256_GCM)) {
      write(volume, 0, bytes(1, 3 * UNIT));
    }
    disk.file(VolumeFile.VOLUME).flip(new Geometry(SIZE, true).unitHome(2) + 17, 1);
    assertThat(
            IndependentScript.findsWrongTag(
                "decrypt_volume.py", new byte[0], save(disk), key(CipherSpec.AES_256_GCM)))
        .isTrue();
  }

  /// Writes of all kinds, aligned and not, fresh and again, long and short, and discards.
  private static void history(Volume volume, byte[] model, Random random) throws IOException {
    for (int step = 0; step < 60; step++) {
      int offset = random.nextInt(SIZE);
      int length = Math.min(SIZE - offset, 1 + random.nextInt(20 * UNIT));
      if (random.nextBoolean()) {
        offset = offset / UNIT * UNIT;
        length = Math.min(SIZE - offset, (length + UNIT - 1) / UNIT * UNIT);
      }
      switch (random.nextInt(8)) {
        case 0 -> {
          volume.discard(offset, length);
          Arrays.fill(model, offset, offset + length, (byte) 0);
        }
        case 1 -> volume.flush();
        default -> {
          byte[] content = bytes(random.nextInt(), length);
          write(volume, offset, content);
          System.arraycopy(content, 0, model, offset, length);
        }
      }
    }
  }

  private byte[] decrypt(MemoryDisk disk, CipherSpec cipher) throws IOException {
    return IndependentScript.run("decrypt_volume.py", new byte[0], save(disk), key(cipher));
  }

  /// Puts the files of the volume into the directory, and answers the path of the volume file.
  private String save(MemoryDisk disk) throws IOException {
    Path volume = directory.resolve("volume");
    Files.write(volume, disk.file(VolumeFile.VOLUME).bytes());
    Path journal = directory.resolve("volume" + VolumeFile.JOURNAL.suffix());
    Files.deleteIfExists(journal);
    try (var files = disk.mount()) {
      if (files.exists(VolumeFile.JOURNAL)) {
        Files.write(journal, disk.file(VolumeFile.JOURNAL).bytes());
      }
    }
    return volume.toString();
  }

  private static String key(CipherSpec cipher) {
    if (!cipher.encrypted()) {
      return "-";
    }
    try (var key = Bench.key()) {
      return key.apply(HexFormat.of()::formatHex);
    }
  }
}
