package io.blockseal.volume.engine;

import static io.blockseal.fault.FaultPlan.Span.ONCE;
import static io.blockseal.fault.FaultPlan.Span.ONWARDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan.Span;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// For N = 1, 2, 3 and so on: the N-th call of the store goes wrong in the life of a volume, until
/// a life passes untouched. Every life is held against the promises of a volume, see [FaultedLife].
///
/// A failure names the call and prints the last calls; `-Dblockseal.nth=<n>` repeats that life
/// alone.
final class FaultLoopTest {
  private static final System.Logger LOG = System.getLogger("io.blockseal.fault");

  private static final List<Fault> FAULTS =
      List.of(Fault.EIO, Fault.ENOSPC, Fault.SHORT_WRITE, Fault.FAILED_SYNC, Fault.PHANTOM_SYNC);

  /// More calls than a life makes.
  private static final long ENDLESS = 5_000;

  /// Held, so that the level set here stays.
  private static final Logger ENGINE = Logger.getLogger("io.blockseal.volume");

  @BeforeAll
  static void beSilent() {
    ENGINE.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    ENGINE.setLevel(null);
  }

  static Stream<Arguments> faults() {
    List<Arguments> cases = new ArrayList<>();
    for (CipherSpec cipher : CipherSpec.values()) {
      for (Fault fault : FAULTS) {
        for (Span span : Span.values()) {
          cases.add(Arguments.of(cipher, fault, span));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void keepsItsPromisesWhicheverCallFails(CipherSpec cipher, Fault fault, Span span)
      throws IOException {
    loop(cipher, fault, span, 0, null);
  }

  /// What hydration adds is that calls fail in the middle of it; that they all fail from then on,
  /// or that the disk is full, is looked at with a soak only.
  static Stream<Arguments> faultsOfHydration() {
    return faults()
        .filter(
            one ->
                Long.getLong("blockseal.soak", 1) > 1
                    || ((Fault) one.get()[1]).failsSync()
                    || (one.get()[1] != Fault.ENOSPC && one.get()[2] == ONCE));
  }

  @ParameterizedTest
  @MethodSource("faultsOfHydration")
  void keepsThemWhileItTakesItsChunksFromASnapshot(CipherSpec cipher, Fault fault, Span span)
      throws IOException {
    loop(cipher, fault, span, 0, FaultedLife.Origin.of(cipher));
  }

  static Stream<Arguments> lies() {
    List<Arguments> cases = new ArrayList<>();
    for (CipherSpec cipher : CipherSpec.values()) {
      cases.add(Arguments.of(cipher, Fault.TORN_UNIT, 0));
      // To the next unit, to the same unit of the next chunk, and to the end of the file.
      cases.add(Arguments.of(cipher, Fault.MISDIRECTED, Bench.UNIT));
      cases.add(Arguments.of(cipher, Fault.MISDIRECTED, Bench.CHUNK));
      cases.add(Arguments.of(cipher, Fault.MISDIRECTED, Bench.CHUNK + Bench.UNIT));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("lies")
  void answersALyingStoreAsItsCipherPromises(CipherSpec cipher, Fault fault, long shiftBytes)
      throws IOException {
    loop(cipher, fault, ONCE, shiftBytes, null);
  }

  private static void loop(
      CipherSpec cipher,
      Fault fault,
      Span span,
      long shiftBytes,
      FaultedLife.@Nullable Origin origin)
      throws IOException {
    Long only = Long.getLong("blockseal.nth");
    long nth = only != null ? only : 1;
    int refusals = 0;
    for (; nth < ENDLESS; nth++) {
      FaultedLife life = new FaultedLife(cipher, fault, span, nth, origin);
      life.plan().misdirectBy(shiftBytes);
      try {
        life.run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(
            "%s, %s %s, -Dblockseal.nth=%d; %s"
                .formatted(cipher, fault, span, nth, life.plan().trace()),
            e);
      }
      refusals += life.refused() ? 1 : 0;
      if (only != null || life.plan().hits() == 0) {
        break;
      }
    }
    assertThat(nth).as("the life without a fault").isBetween(5L, ENDLESS - 1);
    LOG.log(
        System.Logger.Level.INFO,
        "{0} {1} {2} {3}: {4} lives, {5} refused",
        cipher,
        fault,
        span == ONWARDS ? "onwards" : "once",
        origin == null ? "" : "hydrated",
        nth,
        refusals);
    assertThat(refusals == 0 || cipher.tagged()).as("refusals of an untagged volume").isTrue();
  }
}
