package io.blockseal.volume.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.cipher.GcmLedger;
import io.blockseal.volume.engine.CrashedWorkload.Operation;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every workload of up to three operations, ended by a loss of power before every call that
/// changes the disk, with every choice of what it costs; each state is opened and held against a
/// model. What precedes the last operation of a workload is looked at by the shorter workload that
/// ends with it.
///
/// A state is one choice for each block that was not synced: kept, lost, or torn at its sectors in
/// two ways. All of them are tried where there are no more than [CrashedWorkload#MOST_STATES]
/// (times `-Dblockseal.soak`); else the ones that [CrashedWorkload] names. The counts are printed.
final class CrashStatesTest {
  private static final System.Logger LOG = System.getLogger("io.blockseal.fault");
  private static final int MOST_OPERATIONS = 3;

  /// Held, so that the level set here stays.
  private static final Logger ENGINE = Logger.getLogger("io.blockseal.volume");

  private long workloads;
  private final CrashedWorkload.Counts counts = new CrashedWorkload.Counts();

  @BeforeAll
  static void beSilent() {
    ENGINE.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    ENGINE.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource
  void everyStateIsOneThatIsPromised(CipherSpec cipher) throws IOException {
    MemoryDisk fresh = new MemoryDisk();
    Bench.create(fresh, Bench.spec(cipher, CrashedWorkload.SIZE), Bench.TINY_JOURNAL);
    extend(cipher, fresh, List.of());
    LOG.log(
        System.Logger.Level.INFO,
        "{0}: {1} workloads, {2} moments ({3} of them with all their states), {4} states",
        cipher,
        workloads,
        counts.moments,
        counts.exhausted,
        counts.states);
    assertThat(workloads).isEqualTo(1 + 9 + 81 + 729);
  }

  /// Nobody was told that the volume is there, so it may be missing or refused, but never wrong.
  @ParameterizedTest
  @EnumSource
  void aVolumeThatWasNotMadeIsRefusedOrEmpty(CipherSpec cipher) throws IOException {
    CrashedWorkload.ofMaking(cipher, counts);
    LOG.log(
        System.Logger.Level.INFO,
        "{0}, making: {1} moments ({2} of them with all their states), {3} states",
        cipher,
        counts.moments,
        counts.exhausted,
        counts.states);
  }

  private void extend(CipherSpec cipher, MemoryDisk fresh, List<Operation> workload)
      throws IOException {
    workloads++;
    try (GcmLedger ledger = GcmLedger.open()) {
      new CrashedWorkload(cipher, fresh.copy(), workload, counts).run();
      assertThat(ledger.repeated()).as("%s after %s", cipher, workload).isEmpty();
    }
    if (workload.size() == MOST_OPERATIONS) {
      return;
    }
    for (Operation next : Operation.values()) {
      List<Operation> longer = new ArrayList<>(workload);
      longer.add(next);
      extend(cipher, fresh, longer);
    }
  }
}
