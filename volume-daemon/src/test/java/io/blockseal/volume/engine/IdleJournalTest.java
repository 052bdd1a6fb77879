package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.created;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The journal of a volume that nobody writes to for a while goes home by itself.
final class IdleJournalTest {
  private static final CipherSpec GCM = CipherSpec.AES_256_GCM;
  private static final Tuning IN_BACKGROUND = new Tuning(256 << 10, 64, 2, true, 2);

  @Test
  void goesHomeEachTime() throws Exception {
    MemoryDisk disk = created(GCM, 2 * CHUNK);
    try (Volume volume = Bench.open(disk, GCM, IN_BACKGROUND)) {
      for (int i = 1; i <= 2; i++) {
        write(volume, 0, bytes(i, UNIT));
        awaitHome(disk);
        assertThat(Bench.read(volume, 0, UNIT)).isEqualTo(bytes(i, UNIT));
      }
    }
  }

  @Test
  void staysWhereNothingRunsInTheBackground() throws Exception {
    MemoryDisk disk = created(GCM, 2 * CHUNK);
    try (Volume volume = Bench.open(disk, GCM, Bench.SMALL_JOURNAL)) {
      write(volume, 0, bytes(1, UNIT));
      assertThat(waitingUnits(disk)).isEqualTo(1);
    }
    assertThat(waitingUnits(disk)).isZero();
  }

  @Test
  void goesHomeWhenADiskThatWasFullHasRoomAgain() throws Exception {
    MemoryDisk disk = created(GCM, 2 * CHUNK);
    try (Volume volume = Bench.open(disk, GCM, IN_BACKGROUND)) {
      write(volume, 0, bytes(1, UNIT));
      disk.faults().arm(Fault.ENOSPC, 1, FaultPlan.Span.ONWARDS, call -> call.is("write"));
      awaitFailure(disk);
      disk.faults().disarm();
      awaitHome(disk);
      assertThat(Bench.read(volume, 0, UNIT)).isEqualTo(bytes(1, UNIT));
    }
  }

  private static void awaitFailure(MemoryDisk disk) throws InterruptedException {
    long deadlineNs = deadlineNs();
    while (disk.faults().hits() == 0) {
      assertThat(System.nanoTime()).as("nothing happens").isLessThan(deadlineNs);
      Thread.sleep(50);
    }
  }

  private static void awaitHome(MemoryDisk disk) throws Exception {
    long deadlineNs = deadlineNs();
    while (waitingUnits(disk) > 0) {
      assertThat(System.nanoTime()).as("the journal stays").isLessThan(deadlineNs);
      Thread.sleep(50);
    }
  }

  private static long deadlineNs() {
    return System.nanoTime() + Duration.ofSeconds(60).toNanos();
  }

  /// As a copy of the files shows.
  private static long waitingUnits(MemoryDisk disk) throws IOException {
    return Objects.requireNonNull(
            VolumeInspector.inspect(disk.copy().mount()).journal(), "a GCM volume has one")
        .segments()
        .stream()
        .mapToLong(segment -> segment.dataUnits() + segment.recordUnits())
        .sum();
  }
}
