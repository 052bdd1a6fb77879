package io.blockseal.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// That the oracle of the stress sees what it is there to see.
class OracleTest {
  private static final Windows WINDOWS = Windows.draw(1L << 30, new SplittableRandom(1));

  private final Oracle oracle = Oracle.ofZeros(WINDOWS);

  @Test
  void acceptsWhatWasAnswered() {
    write(0, 1);
    assertThat(judged(state(1))).isEmpty();
  }

  @Test
  void acceptsEitherContentOfAnUnansweredWriteAndThenOnlyThatWhichWasSeen() {
    oracle.begin(0, 0, 8, 1);
    oracle.settle();
    assertThat(judged(state(1))).isEmpty();
    assertThat(judged(state(0))).containsExactly(Finding.Kind.WRONG_BYTES);
  }

  @Test
  void seesALostWriteAndWhetherItWasFlushed() {
    write(0, 1);
    write(0, 2);
    assertThat(judged(state(1))).containsExactly(Finding.Kind.LOST_ACKNOWLEDGED);
    write(0, 3);
    write(0, 4);
    oracle.flushed(System.nanoTime());
    assertThat(judged(state(3))).containsExactly(Finding.Kind.LOST_FLUSHED);
  }

  @Test
  void seesPartsOfTwoContentsInOneUnit() {
    write(0, 1);
    oracle.begin(0, 0, 8, 2);
    oracle.settle();
    assertThat(judged(UnitState.of(2, 2, 1, 1, 1, 1, 1, 1))).containsExactly(Finding.Kind.MIXED);
  }

  @Test
  void seesContentThatWasNeverWritten() {
    assertThat(judged(state(7))).containsExactly(Finding.Kind.WRONG_BYTES);
  }

  @Test
  void acceptsASnapshotOfOneMoment() {
    Moment moment = momentOfTwoWrites();
    assertThat(moment.judge("", all(state(0), state(0)))).isEmpty();
    assertThat(moment.judge("", all(state(1), state(0)))).isEmpty();
    assertThat(moment.judge("", all(state(1), state(2)))).isEmpty();
  }

  @Test
  void seesASnapshotThatIsOfNoSingleMoment() {
    assertThat(momentOfTwoWrites().judge("", all(state(0), state(2)))).isPresent();
  }

  @Test
  void seesASnapshotOfBeforeItsCall() {
    write(0, 1);
    Moment moment = oracle.moment(System.nanoTime(), System.nanoTime());
    assertThat(moment.judge("", all(state(0), state(0)))).isPresent();
  }

  /// Either content of each unit may be there at two overlapping times.
  @Test
  void judgesASnapshotDuringWhichNothingWasAnswered() {
    long fromNs = System.nanoTime();
    oracle.begin(0, 0, WINDOWS.units() * UnitState.SECTORS, 1);
    oracle.settle();
    Moment moment = oracle.moment(fromNs, System.nanoTime());
    assertThat(moment.judge("", all(state(1), state(0)))).isEmpty();
  }

  /// A snapshot, during which unit 0 was written and then unit 1.
  private Moment momentOfTwoWrites() {
    long fromNs = System.nanoTime();
    write(0, 1);
    write(1, 2);
    return oracle.moment(fromNs, System.nanoTime());
  }

  private void write(int index, long version) {
    oracle.begin(index, 0, UnitState.SECTORS, version);
    oracle.answered(index, 0, UnitState.SECTORS);
  }

  private List<Finding.Kind> judged(UnitState ofUnit0) {
    List<Finding> findings = new ArrayList<>();
    oracle.observe("a volume", all(ofUnit0, state(0)), findings);
    return findings.stream().map(Finding::kind).toList();
  }

  private static List<UnitState> all(UnitState first, UnitState second) {
    List<UnitState> all = new ArrayList<>(List.of(first, second));
    while (all.size() < WINDOWS.units()) {
      all.add(UnitState.ZEROS);
    }
    return all;
  }

  private static UnitState state(long version) {
    return UnitState.ZEROS.with(0, UnitState.SECTORS, version);
  }
}
