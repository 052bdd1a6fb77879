package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.created;
import static io.blockseal.volume.engine.Bench.open;
import static io.blockseal.volume.engine.Bench.read;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.volume.format.ChangedChunks;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CutTest {
  private static final int SIZE = 4 * CHUNK + 3 * UNIT;

  @ParameterizedTest
  @EnumSource
  void isTheStateOfItsMomentWhateverIsWrittenLater(CipherSpec cipher) throws IOException {
    try (Volume volume = open(created(cipher, SIZE), cipher)) {
      write(volume, 100, bytes(1, 2 * CHUNK));
      volume.discard(CHUNK, 10 * UNIT);
      byte[] then = read(volume, 0, SIZE);
      Shelf shelf = new Shelf(null);
      Cut cut = volume.cut(shelf);
      write(volume, CHUNK - 50, bytes(2, 100));
      volume.discard(0, UNIT);
      write(volume, 4 * CHUNK, bytes(3, UNIT));

      cut.copyRemaining(ProgressListener.SILENT);
      assertThat(cut.changed()).isEqualTo(ChunkSet.of(0, 1, 2));
      assertThat(shelf.came()).isEqualTo(cut.changed());
      assertThat(content(cut, shelf)).isEqualTo(then);
    }
  }

  @Test
  void countsEveryChunkAfterANoteOfChunksThatTheVolumeHasNot() throws IOException {
    MemoryDisk disk = created(CipherSpec.AES_256_XTS, SIZE);
    BitSet beyond = new BitSet();
    beyond.set(5);
    byte[] note = new ChangedChunks(1, Bench.ID, null, beyond).toBytes();
    disk.file(VolumeFile.CHANGED).write(0, note);
    try (Volume volume = open(disk, CipherSpec.AES_256_XTS);
        Cut cut = volume.cut(new Shelf(null))) {
      cut.copyRemaining(ProgressListener.SILENT);
      assertThat(cut.changed()).isEqualTo(ChunkSet.allBelow(5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalMayBePending(CipherSpec cipher) throws IOException {
    try (Volume volume = open(created(cipher, SIZE), cipher)) {
      List<Cut> cuts = new ArrayList<>();
      List<Shelf> shelves = new ArrayList<>();
      List<byte[]> states = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        write(volume, (long) i * (CHUNK / 2), bytes(i, CHUNK));
        states.add(read(volume, 0, SIZE));
        shelves.add(new Shelf(null));
        cuts.add(volume.cut(shelves.get(i)));
      }
      volume.discard(0, SIZE);
      for (int i : new int[] {2, 0, 3, 1}) {
        cuts.get(i).copyRemaining(ProgressListener.SILENT);
        assertThat(content(cuts.get(i), shelves.get(i))).isEqualTo(states.get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsFromTheLastConfirmedSnapshot(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    Shelf first = new Shelf(null);
    Shelf second = new Shelf(first);
    byte[] then;
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, bytes(4, 3 * CHUNK));
      take(volume, first, "snap-1");
      write(volume, 2 * CHUNK, bytes(5, UNIT));
    }
    try (Volume volume = open(disk, cipher)) {
      volume.discard(CHUNK, CHUNK);
      then = read(volume, 0, SIZE);
      try (Cut cut = volume.cut(second)) {
        assertThat(cut.parent()).isEqualTo("snap-1");
        assertThat(cut.changed()).isEqualTo(ChunkSet.of(1, 2));
        cut.copyRemaining(ProgressListener.SILENT);
        assertThat(second.hole(1)).isTrue();
        assertThat(content(cut, second)).isEqualTo(then);
      }
    }
  }

  @Test
  void anAbandonedCutLosesNothing() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_XTS;
    MemoryDisk disk = created(cipher, SIZE);
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, bytes(6, UNIT));
      take(volume, new Shelf(null), "snap-1");
      write(volume, CHUNK, bytes(7, UNIT));
      volume.cut(new Shelf(null)).close();
      write(volume, 2 * CHUNK, bytes(8, UNIT));
    }
    try (Volume volume = open(disk, cipher);
        Cut cut = volume.cut(new Shelf(null))) {
      assertThat(cut.parent()).isEqualTo("snap-1");
      assertThat(cut.changed()).isEqualTo(ChunkSet.of(1, 2));
    }
  }

  @Test
  void confirmingAnOlderCutAfterALaterOneChangesNothing() throws IOException {
    CipherSpec cipher = CipherSpec.NONE;
    try (Volume volume = open(created(cipher, SIZE), cipher)) {
      write(volume, 0, bytes(1, UNIT));
      Cut first = volume.cut(new Shelf(null));
      write(volume, CHUNK, bytes(1, UNIT));
      Cut second = volume.cut(new Shelf(null));
      assertThat(second.changed()).isEqualTo(ChunkSet.of(0, 1));
      write(volume, 2 * CHUNK, bytes(1, UNIT));
      second.confirm("snap-2");
      first.confirm("snap-1");
      try (Cut third = volume.cut(new Shelf(null))) {
        assertThat(third.parent()).isEqualTo("snap-2");
        assertThat(third.changed()).isEqualTo(ChunkSet.of(2));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsEveryChunkAfterAnUncleanStop(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    Volume lost = open(disk, cipher);
    write(lost, CHUNK, bytes(9, CHUNK));
    take(lost, new Shelf(null), "snap-1");
    disk.kill();
    try (Volume volume = open(disk, cipher)) {
      Shelf shelf = new Shelf(null);
      try (Cut cut = volume.cut(shelf)) {
        assertThat(cut.parent()).isNull();
        assertThat(cut.changed()).isEqualTo(ChunkSet.allBelow(5));
        cut.copyRemaining(ProgressListener.SILENT);
        assertThat(shelf.hole(0)).isTrue();
        assertThat(shelf.hole(1)).isFalse();
        assertThat(content(cut, shelf)).isEqualTo(read(volume, 0, SIZE));
      }
    }
  }

  @Test
  void countsEveryChunkFromAParentThatIsNotTheLastOne() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    try (Volume volume = open(created(cipher, SIZE), cipher)) {
      write(volume, 0, bytes(1, UNIT));
      take(volume, new Shelf(null), "snap-1");
      try (Cut cut = volume.cut(new Shelf(null), "snap-0")) {
        assertThat(cut.parent()).isNull();
        assertThat(cut.changed()).isEqualTo(ChunkSet.allBelow(5));
      }
      try (Cut cut = volume.cut(new Shelf(null), null)) {
        assertThat(cut.changed()).isEqualTo(ChunkSet.allBelow(5));
      }
      try (Cut cut = volume.cut(new Shelf(null), "snap-1")) {
        assertThat(cut.parent()).isEqualTo("snap-1");
        assertThat(cut.changed()).isEqualTo(ChunkSet.empty());
      }
    }
  }

  @Test
  void aFailingSinkEndsTheCutAndNotTheWrite() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_XTS;
    try (Volume volume = open(created(cipher, SIZE), cipher)) {
      write(volume, 0, bytes(1, 2 * CHUNK));
      Cut cut =
          volume.cut(
              (chunk, stored) -> {
                throw new IOException("the shelf is full");
              });
      write(volume, 0, bytes(2, UNIT));
      assertThat(read(volume, 0, UNIT)).isEqualTo(bytes(2, UNIT));
      assertThatThrownBy(() -> cut.copyRemaining(ProgressListener.SILENT))
          .isInstanceOf(IOException.class)
          .hasMessage("the cut of volume memory failed: the shelf is full");
    }
  }

  @Test
  void closingTheVolumeFailsItsCuts() throws IOException {
    Volume volume = open(created(CipherSpec.NONE, SIZE), CipherSpec.NONE);
    write(volume, 0, bytes(1, UNIT));
    Cut cut = volume.cut(new Shelf(null));
    volume.close();
    assertThatThrownBy(() -> cut.copyRemaining(ProgressListener.SILENT))
        .isInstanceOf(VolumeClosedException.class);
  }

  @Test
  void growingKeepsTheSizeOfTheCut() throws IOException {
    try (Volume volume = open(created(CipherSpec.NONE, SIZE), CipherSpec.NONE)) {
      Cut cut = volume.cut(new Shelf(null));
      volume.grow(8 * CHUNK);
      write(volume, 7 * CHUNK, bytes(1, UNIT));
      assertThat(cut.sizeBytes()).isEqualTo(SIZE);
      assertThat(cut.changed()).isEqualTo(ChunkSet.empty());
    }
  }

  @Test
  void reportsHowFarTheCopyingIs() throws IOException {
    try (Volume volume = open(created(CipherSpec.NONE, SIZE), CipherSpec.NONE)) {
      write(volume, 0, bytes(1, 3 * CHUNK));
      List<String> heard = new ArrayList<>();
      volume.cut(new Shelf(null)).copyRemaining((done, total) -> heard.add(done + "/" + total));
      assertThat(heard).containsExactly("1/3", "2/3", "3/3");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isTakenUpAgainAfterTheProcessDied(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    Volume lost = open(disk, cipher);
    write(lost, 0, bytes(1, 4 * CHUNK));
    byte[] then = read(lost, 0, SIZE);
    Shelf shelf = new Shelf(null);
    Cut begun = lost.cut(shelf);
    write(lost, CHUNK + 7, bytes(2, UNIT));
    disk.kill();

    try (Volume volume = open(disk, cipher);
        Cut resumed = volume.resumeCut(begun.changed().minus(shelf.came()), shelf)) {
      write(volume, 10, bytes(3, 2 * CHUNK));
      resumed.copyRemaining(ProgressListener.SILENT);
      assertThat(shelf.came()).isEqualTo(ChunkSet.of(0, 1, 2, 3));
      assertThat(content(begun, shelf)).isEqualTo(then);
    }
  }

  @ParameterizedTest
  @EnumSource
  void canBeTakenWithoutTheKey(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    byte[] then;
    try (Volume volume = open(disk, cipher)) {
      write(volume, UNIT / 2, bytes(1, 2 * CHUNK));
      take(volume, new Shelf(null), "snap-1");
      volume.discard(CHUNK, 9 * UNIT);
      then = read(volume, 0, SIZE);
    }
    Shelf shelf = new Shelf(null);
    try (SealedVolume sealed = Bench.openSealed(disk)) {
      assertThat(sealed.describe().volumeId()).isEqualTo(Bench.ID);
      try (Cut cut = sealed.cut(new Shelf(null))) {
        assertThat(cut.parent()).isEqualTo("snap-1");
        assertThat(cut.changed()).isEqualTo(ChunkSet.of(1));
      }
      try (Cut cut = sealed.cut(shelf, null)) {
        cut.copyRemaining(ProgressListener.SILENT);
        cut.confirm("snap-2");
        assertThat(content(cut, shelf)).isEqualTo(then);
      }
    }
    try (Volume volume = open(disk, cipher);
        Cut cut = volume.cut(new Shelf(null))) {
      assertThat(cut.parent()).isEqualTo("snap-2");
      assertThat(cut.changed()).isEqualTo(ChunkSet.empty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheKeySeesWhatIsStillInTheJournal(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    Volume lost = open(disk, cipher);
    write(lost, 0, bytes(1, CHUNK + 20 * UNIT));
    volumeBusyWork(lost);
    byte[] then = read(lost, 0, SIZE);
    disk.kill();
    Shelf shelf = new Shelf(null);
    try (SealedVolume sealed = Bench.openSealed(disk);
        Cut cut = sealed.cut(shelf)) {
      cut.copyRemaining(ProgressListener.SILENT);
      assertThat(content(cut, shelf)).isEqualTo(then);
    }
    try (Volume volume = open(disk, cipher)) {
      assertThat(read(volume, 0, SIZE)).isEqualTo(then);
    }
  }

  /// A killed volume is cut without its key: what it held for the system to write has to be on the
  /// disk before a note says that nothing changed since.
  @ParameterizedTest
  @EnumSource
  void notesNothingAsUnchangedThatAPowerLossTakesBack(CipherSpec cipher) throws IOException {
    int wrong = 0;
    for (int seed = 0; seed < 10; seed++) {
      MemoryDisk disk = created(cipher, 6 * CHUNK);
      Volume lost = open(disk, cipher);
      write(lost, 0, bytes(1, UNIT));
      lost.flush();
      write(lost, 0, bytes(2, UNIT));
      disk.kill();
      Shelf shelf = new Shelf(null);
      try (SealedVolume sealed = Bench.openSealed(disk);
          Cut cut = sealed.cut(shelf)) {
        cut.copyRemaining(ProgressListener.SILENT);
        cut.confirm("snap-1");
      }
      assertThat(shelf.hole(0)).isFalse();
      disk.losePower(new Random(seed));
      try (Volume volume = open(disk, cipher);
          Cut cut = volume.cut(new Shelf(shelf))) {
        boolean counted = !"snap-1".equals(cut.parent()) || cut.changed().contains(0);
        boolean old = !Arrays.equals(read(volume, 0, UNIT), bytes(2, UNIT));
        // Snapshot 1 has what was written last (the sealed volume showed it).
        wrong += old && !counted ? 1 : 0;
      }
    }
    assertThat(wrong)
        .describedAs("chunk 0 went back, but snapshots count it as unchanged since snap-1")
        .isZero();
  }

  /// Who restores the file of a volume from a backup, and not what lies beside it, has a note there
  /// that speaks of another content.
  @ParameterizedTest
  @EnumSource
  void believesNoNoteThatSpeaksOfALaterContent(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, 6 * CHUNK);
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, bytes(1, UNIT));
    }
    byte[] monday = disk.file(VolumeFile.VOLUME).bytes();
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, bytes(2, UNIT));
      try (Cut cut = volume.cut(new Shelf(null))) {
        cut.copyRemaining(ProgressListener.SILENT);
        cut.confirm("snap-tuesday");
      }
    }
    disk.file(VolumeFile.VOLUME).write(0, monday);

    try (SealedVolume sealed = Bench.openSealed(disk);
        Cut cut = sealed.cut(new Shelf(null))) {
      assertThat(cut.parent()).isNull();
      assertThat(cut.changed().contains(0)).isTrue();
    }
  }

  private static void volumeBusyWork(Volume volume) throws IOException {
    write(volume, 3 * UNIT, bytes(11, 2 * UNIT));
    volume.discard(6 * UNIT, 2 * UNIT);
    write(volume, 7 * UNIT + 5, bytes(12, UNIT));
    write(volume, 3L * CHUNK, bytes(13, UNIT));
  }

  private static void take(Volume volume, Shelf shelf, String snapshotId) throws IOException {
    try (Cut cut = volume.cut(shelf)) {
      cut.copyRemaining(ProgressListener.SILENT);
      cut.confirm(snapshotId);
    }
  }

  /// What a volume made from the cut reads.
  private static byte[] content(Cut cut, @Nullable Shelf shelf) throws IOException {
    CipherSpec cipher = cut.description().cipher();
    MemoryDisk disk = new MemoryDisk();
    Bench.create(
        disk,
        Bench.spec(cipher, cut.sizeBytes())
            .fromSnapshot("snap-0", EpochTable.parse(cut.epochTable())));
    try (Volume clone = open(disk, cipher, OpenOptions.writable().with(shelf))) {
      return read(clone, 0, Math.toIntExact(cut.sizeBytes()));
    }
  }
}
