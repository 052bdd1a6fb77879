package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.open;
import static io.blockseal.volume.engine.Bench.read;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.format.HydrationMap;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HydrationTest {
  private static final int SIZE = 6 * CHUNK;
  private static final Logger LOGGER = Logger.getLogger("io.blockseal.volume");

  @ParameterizedTest
  @EnumSource
  void aVolumeFromASnapshotIsUsableAtOnce(CipherSpec cipher) throws IOException {
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE + CHUNK);
    try (Volume volume = source.open(disk)) {
      assertThat(volume.hydration()).isEqualTo(new HydrationStatus("snap-1", 0, 7));
      assertThat(read(volume, CHUNK + 5, 100))
          .isEqualTo(Arrays.copyOfRange(source.content, CHUNK + 5, CHUNK + 105));
      assertThat(volume.hydration().chunksHere()).isEqualTo(1);
      write(volume, 3 * CHUNK + 1, bytes(9, 10));
      assertThat(read(volume, 3 * CHUNK, 1)[0]).isEqualTo(source.content[3 * CHUNK]);
      assertThat(read(volume, SIZE, CHUNK)).containsOnly(0);
      assertThat(volume.hydration()).isEqualTo(new HydrationStatus("snap-1", 3, 7));
    }
  }

  /// One chunk cannot be read: the others do not wait for it.
  @ParameterizedTest
  @EnumSource
  void passesOverWhatCannotBeFetched(CipherSpec cipher) throws IOException {
    Source source = new Source(cipher);
    AtomicBoolean rotten = new AtomicBoolean(true);
    Backing backing =
        (chunk, stored) -> {
          if (chunk == 1 && rotten.get()) {
            throw new IOException("chunk 1 is rotten");
          }
          return source.shelf.fetch(chunk, stored);
        };
    MemoryDisk disk = source.clone(SIZE);
    try (Volume volume = Bench.open(disk, cipher, OpenOptions.writable().with(backing))) {
      assertThatThrownBy(() -> volume.hydrateAll(ProgressListener.SILENT))
          .hasMessage("chunk 1 is rotten");
      assertThat(volume.hydration()).isEqualTo(new HydrationStatus("snap-1", 5, 6));
      rotten.set(false);
      volume.hydrateAll(ProgressListener.SILENT);
      assertThat(volume.hydration().complete()).isTrue();
      assertThat(read(volume, 0, SIZE)).isEqualTo(source.content);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fetchesTheRestAndLetsTheSourceGo(CipherSpec cipher) throws IOException {
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    List<String> heard = new ArrayList<>();
    try (Volume volume = source.open(disk)) {
      volume.hydrate(2);
      assertThat(volume.hydration()).isEqualTo(new HydrationStatus("snap-1", 2, 6));
      volume.hydrateAll((done, total) -> heard.add(done + "/" + total));
      assertThat(volume.hydration()).isEqualTo(new HydrationStatus(null, 6, 6));
      assertThat(volume.hydration().complete()).isTrue();
      volume.hydrateAll(ProgressListener.SILENT);
    }
    assertThat(heard).containsExactly("6/6");
    try (Volume volume = open(disk, cipher)) {
      assertThat(volume.describe().sourceSnapshotId()).isNull();
      assertThat(read(volume, 0, SIZE)).isEqualTo(source.content);
      try (Cut cut = volume.cut(new Shelf(null))) {
        assertThat(cut.parent()).isEqualTo("snap-1");
        assertThat(cut.changed()).isEqualTo(ChunkSet.empty());
      }
    }
    try (var files = disk.mount()) {
      assertThat(files.exists(VolumeFile.HYDRATION)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailingSourceFailsTheRequestAndNothingElse(CipherSpec cipher) throws IOException {
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    boolean[] broken = {true};
    Backing unreliable =
        (chunk, target) -> {
          if (broken[0]) {
            throw new IOException("no route to the shelf");
          }
          return source.shelf.fetch(chunk, target);
        };
    try (Volume volume = open(disk, cipher, OpenOptions.writable().with(unreliable))) {
      assertThatThrownBy(() -> read(volume, 0, 1)).hasMessage("no route to the shelf");
      assertThatThrownBy(() -> write(volume, 0, new byte[1])).hasMessage("no route to the shelf");
      broken[0] = false;
      assertThat(read(volume, 0, SIZE)).isEqualTo(source.content);
    }
  }

  @Test
  void cutsCountFromTheSourceAndReachThroughToIt() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    try (Volume volume = source.open(disk)) {
      write(volume, CHUNK, bytes(5, UNIT));
      try (Cut cut = volume.cut(new Shelf(null))) {
        assertThat(cut.parent()).isEqualTo("snap-1");
        assertThat(cut.changed()).isEqualTo(ChunkSet.of(1));
      }
      Shelf whole = new Shelf(null);
      try (Cut cut = volume.cut(whole, null)) {
        write(volume, 2 * CHUNK, bytes(6, UNIT));
        cut.copyRemaining(ProgressListener.SILENT);
        assertThat(whole.came()).isEqualTo(ChunkSet.allBelow(6));
        assertThat(volume.hydration().chunksHere()).isEqualTo(2);
      }
    }
    try (SealedVolume sealed = Bench.openSealed(disk);
        Cut cut = sealed.cut(new Shelf(null), null)) {
      assertThatThrownBy(() -> cut.copyRemaining(ProgressListener.SILENT))
          .hasMessageContaining("is still in the source snapshot, and no backing was given");
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterAnUncleanStopCountsWhatIsHereFromTheSource(CipherSpec cipher) throws IOException {
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    Volume lost = source.open(disk);
    write(lost, CHUNK, bytes(5, UNIT));
    lost.flush();
    disk.kill();
    try (Volume volume = source.open(disk);
        Cut cut = volume.cut(new Shelf(null))) {
      assertThat(cut.parent()).isEqualTo("snap-1");
      assertThat(cut.changed()).isEqualTo(ChunkSet.of(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSyncThatFailsWhileTheHeaderIsMendedLosesNoChunk(CipherSpec cipher) throws IOException {
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    Volume lost = source.open(disk);
    assertThat(read(lost, 0, CHUNK)).isEqualTo(Arrays.copyOf(source.content, CHUNK));
    disk.kill();
    disk.file(VolumeFile.VOLUME).write(HeaderCopy.B.offset() + 100, new byte[] {0x7f});

    disk.faults()
        .arm(
            Fault.FAILED_SYNC,
            1,
            FaultPlan.Span.ONCE,
            call -> call.is("sync") && call.store().equals("VOLUME"));
    assertThatThrownBy(() -> source.open(disk)).isInstanceOf(IOException.class);
    disk.faults().disarm();

    try (Volume volume = source.open(disk)) {
      assertThat(read(volume, 0, SIZE)).isEqualTo(source.content);
    }
  }

  /// As when a write-out in the background failed after the process was killed: the opening is the
  /// first to hear of it.
  @ParameterizedTest
  @EnumSource
  void aSyncThatFailsAtTheOpeningLosesNoChunk(CipherSpec cipher) throws IOException {
    Source source = new Source(cipher);
    for (Fault fault : List.of(Fault.FAILED_SYNC, Fault.PHANTOM_SYNC)) {
      MemoryDisk disk = source.clone(SIZE);
      Volume lost = source.open(disk);
      assertThat(read(lost, 0, CHUNK)).isEqualTo(Arrays.copyOf(source.content, CHUNK));
      disk.kill();

      disk.faults().arm(fault, 1, FaultPlan.Span.ONCE, call -> call.is("dropCached"));
      Volume open = source.open(disk);
      assertThat(disk.faults().hits()).isEqualTo(1);
      disk.faults().disarm();
      assertThat(read(open, 0, SIZE)).isEqualTo(source.content);
      open.flush();
      disk.losePower(new Random(1));
      try (Volume volume = source.open(disk)) {
        assertThat(read(volume, 0, SIZE)).isEqualTo(source.content);
      }
    }
  }

  @Test
  void refusesToGoOnWithoutItsMap() throws IOException {
    Source source = new Source(CipherSpec.NONE);
    MemoryDisk disk = source.clone(SIZE);
    MemoryDisk without = disk.copy();
    without.remove(VolumeFile.HYDRATION);
    assertThatThrownBy(() -> source.open(without))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("its hydration map is missing");
    MemoryDisk damaged = disk.copy();
    damaged.file(VolumeFile.HYDRATION).flip(4096 + 3, 1);
    assertThatThrownBy(() -> source.open(damaged))
        .isInstanceOf(FormatException.class)
        .hasMessage("block 0 of the hydration map fails its checksum");
  }

  @Test
  void aChunkThatWasDiscardedStaysSo() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    LOGGER.setLevel(Level.OFF);
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    Volume volume = source.open(disk);
    volume.discard(0, CHUNK);
    volume.flush();
    for (int round = 0; round < 3; round++) {
      disk.kill();
      volume = source.open(disk);
      assertThat(read(volume, 0, CHUNK)).containsOnly(0);
    }
    volume.hydrateAll(ProgressListener.SILENT);
    volume.close();
    try (Volume again = open(disk, cipher)) {
      assertThat(read(again, 0, CHUNK)).containsOnly(0);
      assertThat(read(again, CHUNK, SIZE - CHUNK))
          .isEqualTo(Arrays.copyOfRange(source.content, CHUNK, SIZE));
    }
    LOGGER.setLevel(null);
  }

  /// Pages that arrived, but of which the tree did not learn, are known from the snapshot.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKilledVolumeKnowsThePagesThatArrived(boolean flushed) throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    LOGGER.setLevel(Level.OFF);
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    Volume lost = source.open(disk);
    assertThat(read(lost, 0, 1)[0]).isEqualTo(source.content[0]);
    if (flushed) {
      lost.flush();
    }
    disk.kill();
    try (Volume volume = source.open(disk)) {
      assertThat(volume.hydration().chunksHere()).isEqualTo(1);
      assertThat(read(volume, 0, SIZE)).isEqualTo(source.content);
      volume.hydrateAll(ProgressListener.SILENT);
    }
    try (Volume volume = open(disk, cipher)) {
      assertThat(read(volume, 0, SIZE)).isEqualTo(source.content);
    }
    LOGGER.setLevel(null);
  }

  @Test
  void aHydrationMapThatWasPutBackDoesNotBringTheSnapshotBack() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    Source source = new Source(cipher);
    MemoryDisk disk = source.clone(SIZE);
    byte[] map = disk.file(VolumeFile.HYDRATION).bytes();
    try (Volume volume = source.open(disk)) {
      write(volume, 0, bytes(8, UNIT));
    }
    disk.file(VolumeFile.HYDRATION).write(0, map);
    try (Volume volume = source.open(disk)) {
      assertThatThrownBy(() -> read(volume, 0, UNIT))
          .isInstanceOf(UnreadableUnitException.class)
          .hasMessageContaining("the tag tree knows its chunk");
      assertThat(read(volume, CHUNK, UNIT))
          .isEqualTo(Arrays.copyOfRange(source.content, CHUNK, CHUNK + UNIT));
    }
  }

  @Test
  void refusesAMapOfChunksThatTheVolumeHasNot() throws IOException {
    Source source = new Source(CipherSpec.NONE);
    MemoryDisk longer = source.clone(SIZE);
    byte[] head = new HydrationMap(Integer.MAX_VALUE, Bench.ID, "snap-1").head();
    longer.file(VolumeFile.HYDRATION).write(0, head);
    assertThatThrownBy(() -> source.open(longer))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("speaks of 2147483647 chunks, but the volume has 6");
    MemoryDisk beyond = source.clone(SIZE);
    BitSet sixth = new BitSet();
    sixth.set(6);
    beyond.file(VolumeFile.HYDRATION).write(4096, HydrationMap.block(sixth, 0));
    assertThatThrownBy(() -> source.open(beyond))
        .isInstanceOf(FormatException.class)
        .hasMessage("the hydration map of 6 chunks names chunk 6");
  }

  /// Histories of a volume from a snapshot, with crashes: flushed writes are never fetched over.
  @ParameterizedTest
  @EnumSource
  void survivesCrashes(CipherSpec cipher) throws IOException {
    LOGGER.setLevel(Level.OFF);
    Source source = new Source(cipher);
    MemoryDisk fresh = source.clone(SIZE);
    Long only = Long.getLong("blockseal.seed");
    long first = only != null ? only : System.nanoTime();
    long count = only != null ? 1 : 60 * Long.getLong("blockseal.soak", 1);
    for (long seed = first; seed < first + count; seed++) {
      try {
        new History(source, fresh.copy(), new Random(seed)).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("%s, -Dblockseal.seed=%d".formatted(cipher, seed), e);
      }
    }
    LOGGER.setLevel(null);
  }

  /// A snapshot, and the volumes made from it.
  private static final class Source {
    final CipherSpec cipher;
    final Shelf shelf = new Shelf(null);
    final byte[] content;
    final EpochTable epochTable;

    Source(CipherSpec cipher) throws IOException {
      this.cipher = cipher;
      MemoryDisk disk = Bench.created(cipher, SIZE);
      try (Volume volume = Bench.open(disk, cipher)) {
        write(volume, 0, bytes(1, 2 * CHUNK));
        write(volume, 3 * CHUNK + 77, bytes(2, CHUNK));
        content = read(volume, 0, SIZE);
        try (Cut cut = volume.cut(shelf)) {
          cut.copyRemaining(ProgressListener.SILENT);
          epochTable = EpochTable.parse(cut.epochTable());
        }
      }
    }

    MemoryDisk clone(long sizeBytes) throws IOException {
      MemoryDisk disk =
          new MemoryDisk(cipher == CipherSpec.AES_256_GCM ? MemoryDisk.SECTOR_BYTES : UNIT);
      Bench.create(
          disk,
          Bench.spec(cipher, sizeBytes).fromSnapshot("snap-1", epochTable),
          Bench.TINY_JOURNAL);
      return disk;
    }

    Volume open(MemoryDisk disk) throws IOException {
      return Bench.open(disk, cipher, OpenOptions.writable().with(shelf));
    }
  }

  private static final class History {
    private static final int UNITS = 8;
    private final Source source;
    private final MemoryDisk disk;
    private final Random random;
    private final UnitModel model = new UnitModel();

    History(Source source, MemoryDisk disk, Random random) {
      this.source = source;
      this.disk = disk;
      this.random = random;
      model.writing(0, source.content);
      model.settled();
      model.flushed();
    }

    void run() throws IOException {
      for (int crash = 0; crash < 3; crash++) {
        disk.failAfter(random.nextInt(60));
        try {
          requestsUntilItFails();
        } catch (IOException e) {
          // The disk went away, as it was told to.
        }
        boolean powerLost = random.nextInt(3) != 0;
        if (powerLost) {
          disk.losePower(random);
        } else {
          disk.kill();
        }
        try (Volume volume = source.open(disk)) {
          for (int chunk = 0; chunk < 6; chunk++) {
            check(volume, chunk, powerLost);
          }
        }
        model.observedAll(powerLost);
      }
    }

    private void requestsUntilItFails() throws IOException {
      Volume volume = source.open(disk);
      for (int step = 0; step < 40; step++) {
        long offset = (long) random.nextInt(6) * CHUNK + (long) random.nextInt(UNITS) * UNIT;
        int length = (1 + random.nextInt(UNITS)) * UNIT - random.nextInt(2) * 99;
        switch (random.nextInt(10)) {
          case 0, 1 -> {
            volume.flush();
            model.flushed();
          }
          case 2 -> {
            model.writing(offset, new byte[length]);
            volume.discard(offset, length);
            model.settled();
          }
          case 3 -> volume.hydrate(random.nextInt(4));
          case 4, 5 ->
              assertThat(read(volume, offset, length)).isEqualTo(model.range(offset, length));
          case 6 -> {
            volume.close();
            model.flushed();
            volume = source.open(disk);
          }
          default -> {
            byte[] content = UnitModel.content(random, length);
            model.writing(offset, content);
            write(volume, offset, content);
            model.settled();
          }
        }
      }
    }

    private void check(Volume volume, int chunk, boolean powerLost) throws IOException {
      byte[] found = read(volume, (long) chunk * CHUNK, 2 * UNITS * UNIT);
      for (int i = 0; i < 2 * UNITS; i++) {
        byte[] unit = Arrays.copyOfRange(found, i * UNIT, (i + 1) * UNIT);
        assertThat(model.observe(chunk * 128L + i, unit, powerLost))
            .describedAs("unit %d of chunk %d holds %02x...", i, chunk, unit[0])
            .isTrue();
      }
    }
  }
}
