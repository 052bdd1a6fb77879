package io.blockseal.snapshot;

import static io.blockseal.fault.FaultPlan.Span.ONWARDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan.Span;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// For N = 1, 2, 3 and so on: the N-th call of the chunk store or of the metadata store goes wrong
/// while snapshots are taken, restored, copied, verified and deleted, until nothing does. See
/// [FaultedSnapshots] for what is asked of each life.
///
/// A failure names the call and prints the last calls; `-Dblockseal.nth=<n>` repeats that life
/// alone, and `-Dblockseal.soak=4` tries every call.
final class SnapshotFaultLoopTest {
  private static final System.Logger LOG = System.getLogger("io.blockseal.fault");
  private static final long ENDLESS = 3_000;

  /// Every so many-th call is tried of those that are many, others each time by the clock.
  private static final long STEP = Math.max(1, 4 / Long.getLong("blockseal.soak", 1));

  /// Held, so that the level set here stays.
  private static final Logger SNAPSHOT = Logger.getLogger("io.blockseal.snapshot");

  @TempDir private Path directory;

  @BeforeAll
  static void beSilent() {
    SNAPSHOT.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    SNAPSHOT.setLevel(null);
  }

  @ParameterizedTest
  @CsvSource({
    "AES_256_XTS, EIO, ONCE",
    "AES_256_XTS, EIO, ONWARDS",
    "AES_256_XTS, ENOSPC, ONCE",
    "AES_256_XTS, ENOSPC, ONWARDS",
    "AES_256_XTS, SHORT_WRITE, ONCE",
    "AES_256_XTS, FAILED_SYNC, ONCE",
    "AES_256_XTS, FAILED_SYNC, ONWARDS",
    "AES_256_XTS, PHANTOM_SYNC, ONCE",
    "AES_256_XTS, TORN_UNIT, ONCE",
    "AES_256_XTS, MISDIRECTED, ONCE",
    "AES_256_GCM, EIO, ONCE",
    "AES_256_GCM, SHORT_WRITE, ONCE",
    "AES_256_GCM, PHANTOM_SYNC, ONCE",
    "AES_256_GCM, TORN_UNIT, ONCE",
  })
  void keepsEverySnapshotExact(CipherSpec cipher, Fault fault, Span span) throws IOException {
    Long only = Long.getLong("blockseal.nth");
    long step = fault.silent() || fault.failsSync() ? 1 : STEP;
    long nth = only != null ? only : 1 + Math.floorMod(System.nanoTime() / 1000, step);
    for (; nth < ENDLESS; nth += step) {
      FaultedSnapshots life =
          new FaultedSnapshots(
              directory.resolve("%s-%s-%s-%d".formatted(cipher, fault, span, nth)),
              cipher,
              fault,
              span,
              nth);
      try {
        life.run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(
            "%s, %s %s, -Dblockseal.nth=%d; %s"
                .formatted(cipher, fault, span, nth, life.plan().trace()),
            e);
      }
      if (only != null || life.untouched()) {
        break;
      }
    }
    assertThat(nth).as("the life without a fault").isLessThan(ENDLESS);
    LOG.log(
        System.Logger.Level.INFO,
        "snapshots, {0} {1} {2}: every {3}. of {4} calls",
        cipher,
        fault,
        span == ONWARDS ? "onwards" : "once",
        step,
        nth - 1);
  }
}
