package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.volume.cipher.GcmLedger;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// No (key, nonce) pair of one data key ever repeats, whatever becomes of the files: everything
/// that is encrypted goes through a [GcmLedger].
///
/// A failure of the random histories names its seed; `-Dblockseal.seed=<n>` repeats that one alone,
/// but for the salts, which are random as ever.
final class NonceTest {
  private static final CipherSpec GCM = CipherSpec.AES_256_GCM;
  private static final int SIZE = 2 * CHUNK;
  private static final Logger LOGGER = Logger.getLogger("io.blockseal.volume");

  private final GcmLedger ledger = GcmLedger.open();
  private int writes;

  @BeforeEach
  void beSilent() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterEach
  void closeLedger() {
    LOGGER.setLevel(null);
    ledger.close();
  }

  @Test
  void neverRepeatsAcrossReopensAndCrashes() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    for (int round = 0; round < 12; round++) {
      Volume volume = Bench.open(disk, GCM);
      overwrite(volume);
      if (round % 2 == 0) {
        volume.flush();
      }
      switch (round % 3) {
        case 0 -> volume.close();
        case 1 -> disk.kill();
        default -> disk.losePower(new Random(round));
      }
    }
    assertUnique(12);
  }

  @Test
  void neverRepeatsAfterACrashAtAnyCallOfAnOpen() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    for (int calls = 0; calls < 40; calls++) {
      for (boolean powerLost : new boolean[] {false, true}) {
        disk.failAfter(calls);
        try {
          overwrite(Bench.open(disk, GCM));
        } catch (IOException e) {
          // The disk went away, as it was told to.
        }
        if (powerLost) {
          disk.losePower(new Random(calls));
        } else {
          disk.kill();
        }
      }
    }
    overwrite(Bench.open(disk, GCM));
    assertUnique(2);
  }

  @Test
  void neverRepeatsAfterFilesWerePutBack() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    Volume first = Bench.open(disk, GCM);
    overwrite(first);
    MemoryDisk whileOpen = disk.copy();
    overwrite(first);
    first.close();
    MemoryDisk closed = disk.copy();
    overwrite(Bench.open(disk, GCM));
    for (int round = 0; round < 3; round++) {
      overwrite(Bench.open(closed.copy(), GCM));
      overwrite(Bench.open(whileOpen.copy(), GCM));
    }
    assertUnique(8);
  }

  @Test
  void neverRepeatsInCopiesThatAreOpenAtOnce() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    Volume original = Bench.open(disk, GCM);
    overwrite(original);
    List<Volume> volumes = new ArrayList<>(List.of(original));
    for (int copy = 0; copy < 4; copy++) {
      volumes.add(Bench.open(disk.copy(), GCM));
    }
    for (int round = 0; round < 3; round++) {
      for (Volume volume : volumes) {
        overwrite(volume);
      }
    }
    assertUnique(5);
  }

  @Test
  void neverRepeatsInVolumesFromOneSnapshot() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    Volume parent = Bench.open(disk, GCM);
    overwrite(parent);
    Shelf shelf = new Shelf(null);
    EpochTable table;
    try (Cut cut = parent.cut(shelf)) {
      overwrite(parent);
      cut.copyRemaining(ProgressListener.SILENT);
      table = EpochTable.parse(cut.epochTable());
    }
    for (int clone = 0; clone < 4; clone++) {
      Volume volume = Bench.open(clone(table), GCM, OpenOptions.writable().with(shelf));
      overwrite(volume);
      overwrite(parent);
      volume.hydrateAll(ProgressListener.SILENT);
      overwrite(volume);
      volume.close();
    }
    parent.close();
    overwrite(Bench.open(disk, GCM));
    assertUnique(6);
  }

  @Test
  void neverRepeatsWhileTheDiskFailsWrites() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    Volume volume = Bench.open(disk, GCM);
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      disk.faults()
          .arm(
              Fault.EIO,
              1,
              FaultPlan.Span.ONWARDS,
              call -> call.is("write") && random.nextInt(4) == 0);
      try {
        write(volume, (long) random.nextInt(200) * UNIT, bytes(++writes, 3 * UNIT));
      } catch (IOException e) {
        // As it was told to.
      }
      disk.faults().disarm();
      write(volume, (long) random.nextInt(200) * UNIT, bytes(++writes, 3 * UNIT));
    }
    assertUnique(1);
  }

  @Test
  void neverRepeatsAmongWritersAtOnce() throws Exception {
    Volume volume = Bench.open(Bench.created(GCM, SIZE), GCM);
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int writer = 0; writer < 6; writer++) {
      int seed = writer;
      writers.add(
          () -> {
            for (int i = 0; i < 40; i++) {
              write(volume, (long) (i % 8) * UNIT, bytes(100 * seed + i, 2 * UNIT));
            }
            return true;
          });
    }
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (Future<Boolean> writer : threads.invokeAll(writers)) {
        assertThat(writer.get()).isTrue();
      }
    }
    assertThat(ledger.count()).isEqualTo(6 * 40 * 2);
    assertUnique(1);
  }

  @Test
  void neverRepeatsInRandomLineages() throws IOException {
    Long only = Long.getLong("blockseal.seed");
    long first = only != null ? only : System.nanoTime();
    long count = only != null ? 1 : 20 * Long.getLong("blockseal.soak", 1);
    for (long seed = first; seed < first + count; seed++) {
      new Lineage(new Random(seed)).run();
      assertThat(ledger.repeated()).describedAs("-Dblockseal.seed=%d", seed).isEmpty();
    }
    assertUnique(1);
  }

  /// That the tests above can fail: two copies whose salts are the same.
  @Test
  void wouldRepeatWithRandomnessThatRepeats() throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    for (MemoryDisk copy : List.of(disk.copy(), disk.copy())) {
      try (var key = Bench.key()) {
        overwrite(
            VolumeOpening.open(
                copy.mount(), key, OpenOptions.writable(), new Stuck(), Bench.SMALL_JOURNAL));
      }
    }
    assertThat(ledger.repeated()).isNotEmpty();
  }

  private void overwrite(Volume volume) throws IOException {
    write(volume, 0, bytes(++writes, 3 * UNIT));
    write(volume, CHUNK - 100, bytes(++writes, 300));
    write(volume, CHUNK, bytes(++writes, 12 * UNIT));
    volume.discard(CHUNK + 5, 2 * UNIT);
  }

  private void assertUnique(long keysAtLeast) {
    assertThat(ledger.repeated()).isEmpty();
    assertThat(ledger.repeatedAlike()).isZero();
    assertThat(ledger.keys()).isGreaterThanOrEqualTo(keysAtLeast);
    assertThat(ledger.count()).isGreaterThan(ledger.keys());
  }

  private static MemoryDisk clone(EpochTable table) throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Bench.create(disk, Bench.spec(GCM, SIZE).fromSnapshot("snap-1", table));
    return disk;
  }

  /// Some volumes of one data key, whose files are copied, put back and mixed up at random. Many of
  /// them do not open any more, which is as good as any other end.
  private static final class Lineage {
    private final Random random;
    private final List<Member> members = new ArrayList<>();

    /// @param volume null unless it is open
    /// @param shelf null unless it comes from a snapshot
    private record Member(MemoryDisk disk, @Nullable Volume volume, @Nullable Shelf shelf) {}

    Lineage(Random random) {
      this.random = random;
    }

    void run() throws IOException {
      MemoryDisk disk = new MemoryDisk();
      Bench.create(disk, Bench.spec(GCM, SIZE), Bench.TINY_JOURNAL);
      members.add(new Member(disk, null, null));
      for (int step = 0; step < 60; step++) {
        int chosen = random.nextInt(members.size());
        Member member = members.get(chosen);
        try {
          members.set(chosen, step(member));
        } catch (IOException e) {
          member.disk().kill();
          members.set(chosen, new Member(member.disk(), null, member.shelf()));
        }
      }
    }

    private Member step(Member member) throws IOException {
      MemoryDisk disk = member.disk();
      Volume volume = member.volume();
      return switch (random.nextInt(10)) {
        case 0 -> {
          members.add(new Member(disk.copy(), null, member.shelf()));
          yield member;
        }
        case 1 -> {
          disk.losePower(random);
          yield new Member(disk, null, member.shelf());
        }
        case 2 -> {
          members.add(mixed(member, members.get(random.nextInt(members.size()))));
          yield member;
        }
        case 3 -> {
          disk.failAfter(random.nextInt(40));
          yield member;
        }
        default ->
            volume == null
                ? new Member(disk, open(disk, member.shelf()), member.shelf())
                : use(member, volume);
      };
    }

    private Member use(Member member, Volume volume) throws IOException {
      switch (random.nextInt(8)) {
        case 0 -> {
          volume.close();
          return new Member(member.disk(), null, member.shelf());
        }
        case 1 -> volume.flush();
        case 2 -> members.add(cloned(volume));
        default ->
            write(
                volume,
                random.nextInt(SIZE - 20 * UNIT),
                bytes(random.nextInt(), 1 + random.nextInt(20 * UNIT)));
      }
      return member;
    }

    /// The volume file of one and the journal of another, as a careless operator puts files back.
    private static Member mixed(Member member, Member other) throws IOException {
      MemoryDisk disk = member.disk().copy();
      try (var files = disk.mount();
          var others = other.disk().copy().mount()) {
        if (others.exists(VolumeFile.JOURNAL)) {
          files.replace(VolumeFile.JOURNAL, others.load(VolumeFile.JOURNAL, 1 << 20).orElseThrow());
        }
      }
      return new Member(disk, null, member.shelf());
    }

    private static Member cloned(Volume volume) throws IOException {
      Shelf shelf = new Shelf(null);
      try (Cut cut = volume.cut(shelf, null)) {
        cut.copyRemaining(ProgressListener.SILENT);
        return new Member(NonceTest.clone(EpochTable.parse(cut.epochTable())), null, shelf);
      }
    }

    private static Volume open(MemoryDisk disk, @Nullable Shelf shelf) throws IOException {
      return Bench.open(disk, GCM, OpenOptions.writable().with(shelf));
    }
  }

  /// A source of the same bytes over and over.
  private static final class Stuck extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      java.util.Arrays.fill(bytes, (byte) 4);
    }
  }
}
