package io.blockseal.volume.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Edits;
import io.blockseal.fuzz.Seals;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// A closed volume with any bytes in one of its files opens or is refused; what it then reads was
/// written, was never written, or is unreadable.
class VolumeFilesFuzzTest {
  private static final long SIZE = Bench.CHUNK + 4L * Bench.UNIT;
  private static final int WRITTEN_UNITS = 6;
  private static final int EPOCHS_OFFSET = 128 << 10;
  private static final int EPOCHS_COPY_BYTES = 448 << 10;
  private static final int EPOCHS_IN_USE_BYTES = 4096 + 4 * 64;
  private static final byte[] CONTENT = Bench.bytes(1, WRITTEN_UNITS * Bench.UNIT);
  private static final MemoryDisk GCM = closed(CipherSpec.AES_256_GCM);
  private static final MemoryDisk XTS = closed(CipherSpec.AES_256_XTS);
  private static final MemoryDisk CLONE = clone(CipherSpec.AES_256_XTS);

  static Stream<byte[]> headerEdits() {
    return Stream.of(
        new byte[0],
        Edits.ofLong(24, 99),
        Edits.ofInt(32, 5),
        Edits.of(560, "9999".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
        Edits.ofLong((64 << 10) + 24, Long.MAX_VALUE));
  }

  static Stream<byte[]> epochEdits() {
    return Stream.of(
        new byte[0],
        Edits.ofInt(16, 0),
        Edits.ofInt(16, Integer.MAX_VALUE),
        Edits.of(4096, new byte[64]),
        Edits.ofInt(4096 + 64, 9));
  }

  static Stream<byte[]> pageEdits() {
    return Stream.of(
        new byte[0],
        Edits.of(0, new byte[32]),
        Edits.ofInt(0, -1),
        Edits.ofInt(32, 7),
        Edits.ofLong(4, 77));
  }

  static Stream<byte[]> mapEdits() {
    return Stream.of(
        new byte[0],
        Edits.ofLong(16, Integer.MAX_VALUE),
        Edits.ofLong(16, 0),
        Edits.of(512, new byte[64]),
        Edits.of(4096, (byte) -1, (byte) -1));
  }

  static Stream<byte[]> noteEdits() {
    return Stream.of(
        new byte[0],
        Edits.of(160, (byte) -1),
        Edits.ofLong(152, Long.MAX_VALUE),
        Edits.of(88, (byte) 0));
  }

  @MethodSource("headerEdits")
  @FuzzTest
  void header(byte[] data) throws IOException {
    FuzzedVolume volume = new FuzzedVolume(CipherSpec.AES_256_XTS, XTS, OpenOptions.writable());
    volume.edit(
        VolumeFile.VOLUME,
        0,
        EPOCHS_OFFSET,
        data,
        bytes -> {
          Seals.sealHeader(bytes, 0);
          Seals.sealHeader(bytes, 64 << 10);
        });
    inspect(volume);
    openSealed(volume);
    byte[][] units = volume.readAll();
    if (units != null) {
      assertThat(units).isDeepEqualTo(whole(CipherSpec.AES_256_XTS, XTS));
    }
  }

  @MethodSource("epochEdits")
  @FuzzTest
  void epochs(byte[] data) throws IOException {
    FuzzedVolume volume = new FuzzedVolume(CipherSpec.AES_256_GCM, GCM, OpenOptions.writable());
    byte[] first = Arrays.copyOf(data, data.length / 2);
    byte[] second = Arrays.copyOfRange(data, first.length, data.length);
    boolean both = data.length % 2 == 0;
    for (int copy = 0; copy < (both ? 2 : 1); copy++) {
      volume.edit(
          VolumeFile.VOLUME,
          EPOCHS_OFFSET + copy * EPOCHS_COPY_BYTES,
          EPOCHS_IN_USE_BYTES,
          both && copy == 1 ? second : first,
          bytes -> Seals.sealEpochs(bytes, 0, 4));
    }
    inspect(volume);
    openSealed(volume);
    check(volume.readAll());
  }

  @MethodSource("pageEdits")
  @FuzzTest
  void tagPage(byte[] data) throws IOException {
    FuzzedVolume volume = new FuzzedVolume(CipherSpec.AES_256_GCM, GCM, OpenOptions.writable());
    int home = Math.toIntExact(new Geometry(SIZE, true).tagPageHome(0));
    volume.edit(VolumeFile.VOLUME, home, 4096, data, bytes -> {});
    check(volume.readAll());
  }

  @MethodSource("mapEdits")
  @FuzzTest
  void hydrationMap(byte[] data) throws IOException {
    FuzzedVolume volume =
        new FuzzedVolume(
            CipherSpec.AES_256_XTS, CLONE, OpenOptions.writable().with((chunk, target) -> false));
    volume.edit(
        VolumeFile.HYDRATION,
        0,
        volume.length(VolumeFile.HYDRATION),
        data,
        Seals::sealHydrationMap);
    try (Volume open =
        Bench.open(
            volume.disk(),
            CipherSpec.AES_256_XTS,
            OpenOptions.writable().with((chunk, target) -> false))) {
      cutAll(open);
      open.hydrateAll(ProgressListener.SILENT);
      assertThat(open.hydration().complete()).isTrue();
      FuzzedVolume.units(open);
    } catch (FormatException e) {
      return;
    }
    assertThat(volume.readAll()).isNotNull();
  }

  @MethodSource("noteEdits")
  @FuzzTest
  void changedChunks(byte[] data) throws IOException {
    FuzzedVolume volume = new FuzzedVolume(CipherSpec.AES_256_XTS, XTS, OpenOptions.writable());
    volume.edit(
        VolumeFile.CHANGED,
        0,
        volume.length(VolumeFile.CHANGED),
        data,
        bytes -> Seals.seal(bytes, 0, bytes.length - 4, bytes.length - 4));
    try (Volume open = Bench.open(volume.disk(), CipherSpec.AES_256_XTS)) {
      cutAll(open);
    }
  }

  private static void cutAll(Volume volume) throws IOException {
    try (Cut cut = volume.cut(new Shelf(null))) {
      cut.copyRemaining(ProgressListener.SILENT);
    }
  }

  private static void inspect(FuzzedVolume volume) throws IOException {
    try (VolumeFiles files = volume.disk().mount()) {
      assertThat(VolumeInspector.inspect(files).toString()).isNotEmpty();
    }
  }

  private static void openSealed(FuzzedVolume volume) throws IOException {
    try (SealedVolume sealed = Bench.openSealed(volume.disk().copy());
        Cut cut = sealed.cut(new Shelf(null))) {
      cut.copyRemaining(ProgressListener.SILENT);
    } catch (FormatException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  /// What a GCM volume reads was written, was never written, or is unreadable.
  private static void check(byte @Nullable [][] units) {
    for (int i = 0; units != null && i < units.length; i++) {
      byte[] written =
          i < WRITTEN_UNITS
              ? Arrays.copyOfRange(CONTENT, i * Bench.UNIT, (i + 1) * Bench.UNIT)
              : new byte[Bench.UNIT];
      assertThat(
              FuzzedVolume.unreadable(units[i])
                  || Arrays.equals(units[i], written)
                  || Arrays.equals(units[i], new byte[Bench.UNIT]))
          .as("unit %d", i)
          .isTrue();
    }
  }

  private static byte @Nullable [][] whole(CipherSpec cipher, MemoryDisk disk) throws IOException {
    return new FuzzedVolume(cipher, disk, OpenOptions.writable()).readAll();
  }

  private static MemoryDisk closed(CipherSpec cipher) {
    try {
      MemoryDisk disk = new MemoryDisk();
      Bench.create(disk, Bench.spec(cipher, SIZE), Bench.TINY_JOURNAL);
      try (Volume volume = Bench.open(disk, cipher, Bench.TINY_JOURNAL)) {
        Bench.write(volume, 0, CONTENT);
      }
      try (Volume volume = Bench.open(disk, cipher, Bench.TINY_JOURNAL)) {
        Bench.write(volume, 0, Arrays.copyOf(CONTENT, Bench.UNIT));
      }
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MemoryDisk clone(CipherSpec cipher) {
    try {
      MemoryDisk disk = new MemoryDisk();
      Bench.create(
          disk,
          Bench.spec(cipher, SIZE).fromSnapshot("snap-1", EpochTable.empty()),
          Bench.TINY_JOURNAL);
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
