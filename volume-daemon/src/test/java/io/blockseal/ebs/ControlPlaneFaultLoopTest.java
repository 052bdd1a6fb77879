package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan.Span;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// For N = 1, 2, 3 and so on: the N-th call of the metadata store or of the chunk store goes wrong
/// while keys and volumes are made, attached, written, snapshotted, copied, restored, grown,
/// rotated, detached and deleted; see [FaultedControlPlane] for what is asked of each life.
///
/// A life takes a while, since what can't be recorded is tried again after a moment; so only every
/// so many-th call is tried, others each time by the clock. `-Dblockseal.soak=<n>` makes the steps
/// n times as small, `-Dblockseal.nth=<n>` tries one call.
final class ControlPlaneFaultLoopTest {
  private static final System.Logger LOG = System.getLogger("io.blockseal.fault");
  private static final long ENDLESS = 5_000;

  /// Held, so that the level set here stays.
  private static final Logger PRODUCT = Logger.getLogger("io.blockseal");

  @TempDir private Path directory;

  @BeforeAll
  static void beSilent() {
    PRODUCT.setLevel(Level.OFF);
    Logger.getLogger("io.blockseal.fault").setLevel(Level.INFO);
  }

  @AfterAll
  static void speakAgain() {
    PRODUCT.setLevel(null);
  }

  @ParameterizedTest
  @CsvSource({"EIO, 25", "SHORT_WRITE, 8", "FAILED_SYNC, 1", "ENOSPC, 12"})
  void comesToRestWithEverythingInItsPlace(Fault fault, long stride) throws Exception {
    Long only = Long.getLong("blockseal.nth");
    long step = Math.max(1, stride / Long.getLong("blockseal.soak", 1));
    long nth = only != null ? only : 1 + Math.floorMod(System.nanoTime() / 1000, step);
    int lives = 0;
    for (; nth < ENDLESS; nth += step) {
      FaultedControlPlane life =
          new FaultedControlPlane(directory.resolve("%s-%d".formatted(fault, nth)));
      boolean untouched;
      try {
        life.plan().arm(fault, nth, Span.ONCE);
        life.live();
        untouched = life.plan().hits() == 0;
        life.afterwards();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "%s, -Dblockseal.nth=%d; %s".formatted(fault, nth, life.plan().trace()), e);
      } finally {
        life.close();
      }
      lives++;
      if (only != null || untouched) {
        break;
      }
    }
    assertThat(nth).as("the life without a fault").isLessThan(ENDLESS);
    LOG.log(
        System.Logger.Level.INFO,
        "control plane, {0}: {1} lives, every {2}. of {3} calls",
        fault,
        lives,
        step,
        nth - 1);
  }
}
