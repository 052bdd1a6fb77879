package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochRegion;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Files of a GCM volume altered behind its back: reads answer what was written, or refuse.
final class TamperTest {
  private static final CipherSpec GCM = CipherSpec.AES_256_GCM;
  private static final int SIZE = 2 * CHUNK;
  private static final Geometry GEOMETRY = new Geometry(SIZE, true);

  /// Units that hold something: the first 12 of each chunk.
  private static final int WRITTEN = 12;

  private static final byte[] CONTENT = bytes(1, WRITTEN * UNIT);
  private static final Logger LOGGER = Logger.getLogger("io.blockseal.volume");

  @BeforeAll
  static void beSilent() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    LOGGER.setLevel(null);
  }

  @Test
  void everyFlippedBitOfARecordIsNoticed() throws IOException {
    MemoryDisk disk = closedVolume();
    long record = GEOMETRY.tagPageHome(0) + 3 * 32;
    for (int i = 0; i < 32 * 8; i++) {
      MemoryDisk altered = disk.copy();
      altered.file(VolumeFile.VOLUME).flip(record + i / 8, 1 << (i % 8));
      try (Volume volume = Bench.open(altered, GCM, OpenOptions.forReading())) {
        int bit = i;
        assertThatThrownBy(() -> Bench.read(volume, 3 * UNIT, UNIT))
            .describedAs("bit %d", bit)
            .isInstanceOf(UnreadableUnitException.class)
            .hasMessageStartingWith("volume memory: unit 3 is unreadable: ");
        assertThat(Bench.read(volume, CHUNK, CONTENT.length)).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void flippedBytesOfDataAreNoticed() throws IOException {
    MemoryDisk disk = closedVolume();
    Random random = new Random(7);
    for (int round = 0; round < 100; round++) {
      int unit = random.nextInt(WRITTEN);
      MemoryDisk altered = disk.copy();
      altered
          .file(VolumeFile.VOLUME)
          .flip(GEOMETRY.unitHome(unit) + random.nextInt(UNIT), 1 << random.nextInt(8));
      try (Volume volume = Bench.open(altered, GCM, OpenOptions.forReading())) {
        assertThatThrownBy(() -> Bench.read(volume, 0, WRITTEN * UNIT))
            .isInstanceOf(UnreadableUnitException.class)
            .hasMessage("volume memory: unit %d is unreadable: its tag does not match", unit);
      }
    }
  }

  @Test
  void swappedUnitsAreNoticed() throws IOException {
    MemoryDisk disk = closedVolume();
    swap(disk, GEOMETRY.unitHome(2), GEOMETRY.unitHome(5), UNIT);
    swap(disk, GEOMETRY.tagPageHome(0) + 2 * 32, GEOMETRY.tagPageHome(0) + 5 * 32, 32);
    try (Volume volume = Bench.open(disk, GCM, OpenOptions.forReading())) {
      for (long unit : new long[] {2, 5}) {
        assertThatThrownBy(() -> Bench.read(volume, unit * UNIT, UNIT))
            .isInstanceOf(UnreadableUnitException.class);
      }
    }
  }

  @Test
  void swappedChunksAreNoticed() throws IOException {
    MemoryDisk disk = closedVolume();
    swap(disk, GEOMETRY.chunkHome(0), GEOMETRY.chunkHome(1), GEOMETRY.storedChunkBytes());
    try (Volume volume = Bench.open(disk, GCM, OpenOptions.forReading())) {
      for (long unit = 0; unit < WRITTEN; unit++) {
        long offset = unit * UNIT;
        assertThatThrownBy(() -> Bench.read(volume, offset, UNIT))
            .isInstanceOf(UnreadableUnitException.class);
      }
    }
  }

  @Test
  void oneAlteredHeaderCopyIsReplacedByTheOther() throws IOException {
    MemoryDisk disk = closedVolume();
    for (HeaderCopy copy : HeaderCopy.values()) {
      for (int at = 0; at < 1100; at += 7) {
        MemoryDisk altered = disk.copy();
        altered.file(VolumeFile.VOLUME).flip(copy.offset() + at, 0x10);
        checkReads(altered);
      }
    }
  }

  @Test
  void twoAlteredHeaderCopiesAreRefused() throws IOException {
    MemoryDisk disk = closedVolume();
    for (int at = 0; at < 812; at += 7) {
      MemoryDisk altered = disk.copy();
      for (HeaderCopy copy : HeaderCopy.values()) {
        altered.file(VolumeFile.VOLUME).flip(copy.offset() + at, 0x10);
      }
      assertThatThrownBy(() -> Bench.open(altered, GCM, OpenOptions.forReading()))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith("volume memory has no valid header: header copy A ");
    }
  }

  @Test
  void oneAlteredCopyOfTheEpochTableIsReplacedByTheOther() throws IOException {
    MemoryDisk disk = closedVolume();
    for (int copy = 0; copy < EpochRegion.COPIES; copy++) {
      for (long at : epochBytes(copy)) {
        MemoryDisk altered = disk.copy();
        altered.file(VolumeFile.VOLUME).flip(at, 0x04);
        checkReads(altered);
        Bench.open(altered, GCM).close();
        altered
            .file(VolumeFile.VOLUME)
            .flip(at + (copy == 0 ? 1L : -1L) * EpochRegion.COPY_BYTES, 1);
        checkReads(altered);
      }
    }
  }

  @Test
  void twoAlteredCopiesOfTheEpochTableAreRefused() throws IOException {
    MemoryDisk disk = closedVolume();
    for (long at : epochBytes(0)) {
      MemoryDisk altered = disk.copy();
      altered.file(VolumeFile.VOLUME).flip(at, 0x04);
      altered.file(VolumeFile.VOLUME).flip(at + EpochRegion.COPY_BYTES, 0x04);
      assertThatThrownBy(() -> Bench.open(altered, GCM, OpenOptions.forReading()))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("epoch");
    }
  }

  @Test
  void aFlushedJournalThatWasAlteredIsRefusedOrAnswersWhatWasWritten() throws IOException {
    MemoryDisk disk = killedVolume();
    int end = 4096 + 40_000;
    int refused = 0;
    for (int at = 0; at < end; at += at < 4096 + 200 ? (at < 100 ? 1 : 37) : 301) {
      MemoryDisk altered = disk.copy();
      altered.file(VolumeFile.JOURNAL).flip(at, 0x20);
      try {
        checkReads(altered);
      } catch (FormatException e) {
        assertThat(e).hasMessageStartingWith("the journal of volume memory is refused: ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  @Test
  void aMissingOrForeignJournalIsRefused() throws IOException {
    MemoryDisk disk = killedVolume();
    MemoryDisk without = disk.copy();
    without.remove(VolumeFile.JOURNAL);
    assertThatThrownBy(() -> Bench.open(without, GCM))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("was not closed properly, and its journal is missing");

    MemoryDisk older = disk.copy();
    byte[] journal = older.file(VolumeFile.JOURNAL).bytes();
    Bench.open(disk, GCM);
    disk.kill();
    try (var files = disk.mount()) {
      files.replace(VolumeFile.JOURNAL, journal);
    }
    assertThatThrownBy(() -> Bench.open(disk, GCM))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "the journal of volume memory is refused: it is of epoch 1, but the last epoch is 2");
  }

  @Test
  void aProperlyClosedVolumeOpensWithoutItsJournal() throws IOException {
    MemoryDisk disk = closedVolume();
    disk.remove(VolumeFile.JOURNAL);
    checkReads(disk);
    Bench.open(disk, GCM).close();
    checkReads(disk);
  }

  /// A volume whose content is at home.
  private static MemoryDisk closedVolume() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    try (Volume volume = Bench.open(disk, GCM)) {
      Bench.write(volume, 0, CONTENT);
      Bench.write(volume, CHUNK, CONTENT);
    }
    return disk;
  }

  /// A volume whose process died after a flush, with everything in the journal.
  private static MemoryDisk killedVolume() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Tuning roomy = new Tuning(1 << 20, 200, 100, false, 2);
    Bench.create(disk, Bench.spec(GCM, SIZE), roomy);
    Volume volume = Bench.open(disk, GCM, roomy);
    Bench.write(volume, 0, bytes(2, CONTENT.length));
    volume.flush();
    Bench.write(volume, 0, CONTENT);
    Bench.write(volume, CHUNK, CONTENT);
    volume.flush();
    disk.kill();
    return disk;
  }

  private static void checkReads(MemoryDisk disk) throws IOException {
    try (Volume volume = Bench.open(disk, GCM, OpenOptions.forReading())) {
      assertThat(Bench.read(volume, 0, CONTENT.length)).isEqualTo(CONTENT);
      assertThat(Bench.read(volume, CHUNK, CONTENT.length)).isEqualTo(CONTENT);
    } catch (IOException e) {
      disk.kill();
      throw e;
    }
  }

  /// Every byte in use of one copy of the table of a volume with one epoch.
  private static long[] epochBytes(int copy) {
    long[] offsets = new long[24 + 64];
    for (int i = 0; i < 24; i++) {
      offsets[i] = EpochRegion.copyOffset(copy) + i;
    }
    for (int i = 0; i < 64; i++) {
      offsets[24 + i] = EpochRegion.entryOffset(copy, 1) + i;
    }
    return offsets;
  }

  private static void swap(MemoryDisk disk, long a, long b, int lengthBytes) {
    byte[] atA = new byte[lengthBytes];
    byte[] atB = new byte[lengthBytes];
    disk.file(VolumeFile.VOLUME).read(a, atA);
    disk.file(VolumeFile.VOLUME).read(b, atB);
    disk.file(VolumeFile.VOLUME).write(a, atB);
    disk.file(VolumeFile.VOLUME).write(b, atA);
  }
}
