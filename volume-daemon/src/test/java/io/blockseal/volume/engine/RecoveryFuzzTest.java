package io.blockseal.volume.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Edits;
import io.blockseal.fuzz.Seals;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The journal of a volume that was not closed, with any bytes in it: the volume opens or is
/// refused, and once it opened it stays what it was.
class RecoveryFuzzTest {
  private static final long SIZE = Bench.CHUNK + 8L * Bench.UNIT;
  private static final MemoryDisk CRASHED = crashed();

  static Stream<byte[]> edits() {
    int half = CRASHED.file(VolumeFile.JOURNAL).bytes().length / 2;
    return Stream.of(
        new byte[0],
        Edits.ofLong(16, Long.MAX_VALUE - 1),
        Edits.ofInt(half + 24, 1),
        Edits.ofInt(4096 + 4, 3),
        Edits.ofInt(4096 + 48, 128),
        Edits.ofLong(4096 + 40, -1),
        Edits.ofLong(4096 + 32, Long.MAX_VALUE),
        Edits.of(4096 + 70, (byte) 9));
  }

  @MethodSource("edits")
  @FuzzTest
  void raw(byte[] data) throws IOException {
    recover(data, false);
  }

  @MethodSource("edits")
  @FuzzTest
  void sealed(byte[] data) throws IOException {
    recover(data, true);
  }

  private static void recover(byte[] data, boolean sealed) throws IOException {
    FuzzedVolume volume = new FuzzedVolume(CipherSpec.AES_256_GCM, CRASHED, OpenOptions.writable());
    int length = volume.length(VolumeFile.JOURNAL);
    volume.edit(
        VolumeFile.JOURNAL,
        0,
        length,
        data,
        bytes -> {
          if (sealed) {
            Seals.sealJournal(bytes);
          }
        });
    byte[][] recovered = volume.readAll();
    if (recovered == null) {
      return;
    }
    assertThat(volume.readAll()).isDeepEqualTo(recovered);
  }

  /// A volume that was written to and never closed; its journal has entries of every type.
  private static MemoryDisk crashed() {
    try {
      MemoryDisk disk = new MemoryDisk();
      Bench.create(disk, Bench.spec(CipherSpec.AES_256_GCM, SIZE), Bench.TINY_JOURNAL);
      Volume volume = Bench.open(disk, CipherSpec.AES_256_GCM, Bench.TINY_JOURNAL);
      Bench.write(volume, 0, Bench.bytes(1, 6 * Bench.UNIT));
      volume.flush();
      for (int i = 0; i < 10; i++) {
        Bench.write(volume, (i % 6) * (long) Bench.UNIT, Bench.bytes(2 + i, Bench.UNIT));
        volume.flush();
      }
      Bench.write(volume, 7 * Bench.UNIT, Bench.bytes(20, 100));
      Bench.write(volume, Bench.CHUNK, Bench.bytes(21, 2 * Bench.UNIT));
      volume.discard(Bench.UNIT, 2 * Bench.UNIT);
      volume.flush();
      Bench.write(volume, 3 * Bench.UNIT, Bench.bytes(22, Bench.UNIT));
      disk.kill();
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
