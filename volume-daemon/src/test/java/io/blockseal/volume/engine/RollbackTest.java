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
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.block.TagTreeShape;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Parts of a GCM volume, or all of it, put back as they were: reads answer what was written last,
/// or refuse.
final class RollbackTest {
  private static final CipherSpec GCM = CipherSpec.AES_256_GCM;
  private static final int SIZE = 3 * CHUNK;
  private static final Geometry GEOMETRY = new Geometry(SIZE, true);
  private static final int WRITTEN = 12;
  private static final byte[] OLD = bytes(1, WRITTEN * UNIT);
  private static final byte[] NEW = bytes(2, WRITTEN * UNIT);
  private static final String REASON = "its tag page fails the authentication of the tag tree";
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
  void anOldUnitWithItsOldTagPageIsNoticed() throws IOException {
    MemoryDisk disk = closed(OLD);
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    rewrite(disk);
    putBack(disk, before, GEOMETRY.tagPageHome(0), Geometry.TAG_PAGE_BYTES);
    putBack(disk, before, GEOMETRY.unitHome(0), UNIT);
    try (Volume volume = open(disk, GCM, OpenOptions.forReading())) {
      assertUnreadable(volume, 0, WRITTEN);
      assertUnreadable(volume, 100, 1);
      assertThat(read(volume, CHUNK, NEW.length)).isEqualTo(NEW);
      assertThat(read(volume, 2 * CHUNK, CHUNK)).containsOnly(0);
    }
  }

  @Test
  void anOldChunkIsNoticedAsAWhole() throws IOException {
    MemoryDisk disk = closed(OLD);
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    rewrite(disk);
    putBack(disk, before, GEOMETRY.chunkHome(1), GEOMETRY.storedChunkBytes());
    try (Volume volume = open(disk, GCM)) {
      assertUnreadable(volume, 128, WRITTEN);
      assertThat(read(volume, 0, NEW.length)).isEqualTo(NEW);
    }
  }

  @Test
  void aRecordOrAPageOfZerosIsNoticed() throws IOException {
    for (int length : new int[] {32, Geometry.TAG_PAGE_BYTES}) {
      MemoryDisk disk = closed(OLD);
      disk.file(VolumeFile.VOLUME).write(GEOMETRY.tagPageHome(0), new byte[length]);
      try (Volume volume = open(disk, GCM, OpenOptions.forReading())) {
        assertUnreadable(volume, 0, 1);
        assertThat(read(volume, CHUNK, OLD.length)).isEqualTo(OLD);
      }
    }
  }

  @Test
  void aPageWhereNoneWasWrittenIsNoticed() throws IOException {
    MemoryDisk disk = closed(OLD);
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    long from = GEOMETRY.tagPageHome(0);
    byte[] page = Arrays.copyOfRange(before, (int) from, (int) from + Geometry.TAG_PAGE_BYTES);
    disk.file(VolumeFile.VOLUME).write(GEOMETRY.tagPageHome(2), page);
    try (Volume volume = open(disk, GCM)) {
      assertUnreadable(volume, 256, 1);
    }
  }

  @Test
  void unreadableUnitsAreHealedByWritesAndDiscardsOfWholeUnits() throws IOException {
    MemoryDisk disk = closed(OLD);
    disk.file(VolumeFile.VOLUME).flip(GEOMETRY.tagPageHome(0) + 7, 1);
    byte[] unit = bytes(3, UNIT);
    try (Volume volume = open(disk, GCM)) {
      write(volume, 0, unit);
      volume.discard(UNIT, UNIT);
      assertThatThrownBy(() -> write(volume, 2 * UNIT, new byte[5]))
          .isInstanceOf(UnreadableUnitException.class);
      checkHealed(volume, unit);
    }
    for (int round = 0; round < 2; round++) {
      try (Volume volume = open(disk, GCM)) {
        checkHealed(volume, unit);
        write(volume, CHUNK, unit);
      }
    }
    try (Volume volume = open(disk, GCM)) {
      volume.discard(0, CHUNK);
      assertThat(read(volume, 0, CHUNK)).containsOnly(0);
    }
  }

  @Test
  void aDamagedNodeMakesUnreadableWhatIsBelowIt() throws IOException {
    MemoryDisk disk = closed(OLD);
    for (int level = 1; level <= TagTreeShape.LEVELS; level++) {
      MemoryDisk damaged = disk.copy();
      for (int slot = 0; slot < TagTreeShape.SLOTS; slot++) {
        damaged.file(VolumeFile.VOLUME).flip(TagTreeShape.nodeHome(level, 0, slot), 1);
      }
      try (Volume volume = open(damaged, GCM)) {
        assertUnreadable(volume, 0, 1);
        assertUnreadable(volume, 128, 1);
        assertUnreadable(volume, 256, 1);
        write(volume, 0, NEW);
      }
      try (Volume volume = open(damaged, GCM)) {
        assertThat(read(volume, 0, NEW.length)).isEqualTo(NEW);
        assertUnreadable(volume, WRITTEN, 1);
        assertUnreadable(volume, 128, 1);
      }
    }
  }

  @Test
  void anOldCopyOfTheWholeFileIsRefused() throws IOException {
    MemoryDisk disk = closed(OLD);
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    WitnessedRoots recorded = Bench.witness(disk).recall().orElseThrow();
    rewrite(disk);
    TreeRoot last = Bench.witness(disk).recall().orElseThrow().current();
    putBack(disk, before, 0, before.length);
    byte[] refused = disk.file(VolumeFile.VOLUME).bytes();
    for (OpenOptions options :
        new OpenOptions[] {OpenOptions.writable(), OpenOptions.forReading()}) {
      assertThatThrownBy(() -> open(disk, GCM, options))
          .isInstanceOfSatisfying(
              RolledBackException.class,
              e -> {
                assertThat(e.found()).isEqualTo(recorded.current());
                assertThat(e.recorded()).isEqualTo(last);
              })
          .hasMessage(
              "volume %s was rolled back: its header has tag-tree root %s... (epoch 1, header 2),"
                      .formatted(Bench.ID, recorded.current().root().substring(0, 16))
                  + " last recorded was %s... (epoch 2, header 3)"
                      .formatted(last.root().substring(0, 16)));
    }
    assertThat(disk.file(VolumeFile.VOLUME).bytes()).isEqualTo(refused);

    Bench.witness(disk).forget();
    for (int round = 0; round < 2; round++) {
      try (Volume volume = open(disk, GCM)) {
        assertThat(read(volume, CHUNK, OLD.length)).isEqualTo(OLD);
        write(volume, 0, bytes(round, UNIT));
      }
    }
  }

  @Test
  void theNewerCopyIsRefusedOnceAnOldOneWasLetPass() throws IOException {
    MemoryDisk disk = closed(OLD);
    MemoryWitness witness = Bench.witness(disk);
    TreeRoot old = witness.recall().orElseThrow().current();
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    rewrite(disk);
    byte[] after = disk.file(VolumeFile.VOLUME).bytes();
    putBack(disk, before, 0, before.length);
    witness.record(witness.recall().orElseThrow().accepting(old));
    for (int life = 0; life < 2; life++) {
      open(disk, GCM).close();
      byte[] accepted = disk.file(VolumeFile.VOLUME).bytes();
      putBack(disk, after, 0, after.length);
      assertThatThrownBy(() -> open(disk, GCM)).isInstanceOf(RolledBackException.class);
      putBack(disk, accepted, 0, accepted.length);
    }
  }

  @Test
  void anOldHeaderAloneIsRefused() throws IOException {
    MemoryDisk disk = closed(OLD);
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    rewrite(disk);
    for (HeaderCopy copy : HeaderCopy.values()) {
      putBack(disk, before, copy.offset(), HeaderCopy.BYTES);
    }
    assertThatThrownBy(() -> open(disk, GCM)).isInstanceOf(RolledBackException.class);
  }

  @Test
  void aShorterVolumeIsRefusedEvenIfNothingWasWritten() throws IOException {
    MemoryDisk disk = closed(OLD);
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    try (Volume volume = open(disk, GCM)) {
      volume.grow(SIZE + CHUNK);
    }
    putBack(disk, before, 0, before.length);
    assertThatThrownBy(() -> open(disk, GCM)).isInstanceOf(RolledBackException.class);
  }

  /// Nothing went home since the copy was made, but an epoch began.
  @Test
  void anOldCopyOfAVolumeThatCrashedIsRefused() throws IOException {
    MemoryDisk disk = closed(OLD);
    byte[] before = disk.file(VolumeFile.VOLUME).bytes();
    Volume volume = open(disk, GCM);
    write(volume, 0, bytes(5, UNIT));
    volume.flush();
    disk.kill();
    MemoryDisk crashed = disk.copy();
    putBack(disk, before, 0, before.length);
    assertThatThrownBy(() -> open(disk, GCM)).isInstanceOf(RolledBackException.class);
    open(crashed, GCM).close();
  }

  @Test
  void whatWasAnnouncedButNotWrittenIsAdmittedToo() throws IOException {
    MemoryDisk disk = closed(OLD);
    Volume volume = open(disk, GCM);
    write(volume, 0, NEW);
    WitnessedRoots before = Bench.witness(disk).recall().orElseThrow();
    int[] changes = {0};
    disk.faults()
        .arm(
            Fault.EIO,
            1,
            FaultPlan.Span.ONWARDS,
            call -> call.is("write") && headerIsDue(disk, before, changes));
    assertThatThrownBy(volume::close).isInstanceOf(IOException.class);
    disk.faults().disarm();
    assertThat(Bench.witness(disk).recall().orElseThrow().next()).isNotNull();
    disk.kill();
    try (Volume again = open(disk, GCM)) {
      assertThat(read(again, 0, NEW.length)).isEqualTo(NEW);
    }
  }

  @Test
  void aWitnessThatFailsHoldsTheCheckpointUpAndNothingElse() throws IOException {
    MemoryDisk disk = closed(OLD);
    Volume volume = open(disk, GCM);
    Bench.witness(disk).fail(true);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 200; i++) {
                write(volume, (long) (i % WRITTEN) * UNIT, bytes(i, UNIT));
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the witness has no room");
    assertThat(volume.readOnly()).isFalse();
    Bench.witness(disk).fail(false);
    write(volume, 0, NEW);
    volume.close();
    try (Volume again = open(disk, GCM)) {
      assertThat(read(again, 0, NEW.length)).isEqualTo(NEW);
      assertThat(read(again, CHUNK, OLD.length)).isEqualTo(OLD);
    }
  }

  /// A header that fails to be written again and again, while other things are tried.
  @Test
  void aHeaderThatFailsIsFinishedFirst() throws IOException {
    MemoryDisk disk = closed(OLD);
    Volume volume = open(disk, GCM);
    for (int round = 0; round < 12; round++) {
      WitnessedRoots before = Bench.witness(disk).recall().orElseThrow();
      int[] changes = {-round % 3};
      disk.faults()
          .arm(
              Fault.EIO,
              1,
              FaultPlan.Span.ONWARDS,
              call -> call.is("write") && headerIsDue(disk, before, changes));
      try {
        for (int i = 0; i < 60; i++) {
          write(volume, (long) (i % WRITTEN) * UNIT, bytes(i, UNIT));
        }
      } catch (IOException e) {
        // As it was told to.
      }
      disk.faults().disarm();
      write(volume, CHUNK, bytes(round, UNIT));
      MemoryDisk now = disk.copy();
      Bench.witness(now).record(Bench.witness(disk).recall().orElseThrow());
      try (Volume copy = open(now, GCM)) {
        assertThat(read(copy, CHUNK, UNIT)).isEqualTo(bytes(round, UNIT));
        assertThat(read(copy, 0, NEW.length)).hasSize(NEW.length);
      }
    }
    volume.close();
    try (Volume again = open(disk, GCM)) {
      assertThat(read(again, 0, SIZE)).hasSize(SIZE);
    }
  }

  /// From the announcement of a new header on, a write of the volume file fails, but not the first
  /// ones if `changes` begins below 0.
  private static boolean headerIsDue(MemoryDisk disk, WitnessedRoots before, int[] changes) {
    WitnessedRoots now = Bench.witness(disk).recall().orElseThrow();
    boolean due = !Objects.equals(now, before);
    return due && changes[0]++ == 0;
  }

  private static MemoryDisk closed(byte[] content) throws IOException {
    MemoryDisk disk = Bench.created(GCM, SIZE);
    try (Volume volume = open(disk, GCM)) {
      write(volume, 0, content);
      write(volume, CHUNK, content);
    }
    return disk;
  }

  private static void rewrite(MemoryDisk disk) throws IOException {
    try (Volume volume = open(disk, GCM)) {
      write(volume, 0, NEW);
      write(volume, CHUNK, NEW);
    }
  }

  private static void putBack(MemoryDisk disk, byte[] before, long offset, int lengthBytes) {
    byte[] part = Arrays.copyOfRange(before, (int) offset, (int) offset + lengthBytes);
    disk.file(VolumeFile.VOLUME).write(offset, part);
  }

  private static void checkHealed(Volume volume, byte[] unit) throws IOException {
    assertThat(read(volume, 0, UNIT)).isEqualTo(unit);
    assertThat(read(volume, UNIT, UNIT)).containsOnly(0);
    assertUnreadable(volume, 2, WRITTEN - 2);
    assertUnreadable(volume, 127, 1);
  }

  private static void assertUnreadable(Volume volume, long firstUnit, int count) {
    for (long unit = firstUnit; unit < firstUnit + count; unit++) {
      long offset = unit * UNIT;
      assertThatThrownBy(() -> read(volume, offset, UNIT))
          .isInstanceOf(UnreadableUnitException.class)
          .hasMessage("volume memory: unit %d is unreadable: %s".formatted(unit, REASON));
    }
  }
}
