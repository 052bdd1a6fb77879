package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LanesTest {
  private final AtomicInteger made = new AtomicInteger();
  private final Lanes<CountingLane> lanes =
      new Lanes<>(
          () -> {
            made.incrementAndGet();
            return new CountingLane();
          });

  private static final class CountingLane implements Lane {
    private int forgotten;

    @Override
    public void forget() {
      forgotten++;
    }
  }

  @Test
  void lendsTheSameLaneAgain() {
    CountingLane lane = lanes.borrow();
    lanes.giveBack(lane);
    assertThat(lanes.borrow()).isSameAs(lane);
    assertThat(made).hasValue(1);
  }

  @Test
  void keepsNoMoreThanItsBound() {
    List<CountingLane> lent = new ArrayList<>();
    for (int i = 0; i < Lanes.MAX_IDLE + 5; i++) {
      lent.add(lanes.borrow());
    }
    lent.forEach(lanes::giveBack);
    for (int i = 0; i < Lanes.MAX_IDLE + 1; i++) {
      lanes.borrow();
    }
    assertThat(made).hasValue(Lanes.MAX_IDLE + 6);
    assertThat(lent.stream().mapToInt(lane -> lane.forgotten).sum())
        .as("those beyond the bound")
        .isEqualTo(5);
  }

  @Test
  void makesEveryLaneForgetItsKey() {
    CountingLane lent = lanes.borrow();
    CountingLane idle = lanes.borrow();
    lanes.giveBack(idle);
    lanes.close();
    assertThat(idle.forgotten).isEqualTo(1);
    assertThat(lent.forgotten).as("in use").isZero();
    lanes.giveBack(lent);
    assertThat(lent.forgotten).isEqualTo(1);
  }

  @Test
  void lendsNothingAfterClose() {
    CountingLane lane = lanes.borrow();
    lanes.close();
    lanes.giveBack(lane);
    assertThatThrownBy(lanes::borrow).isInstanceOf(IllegalStateException.class);
  }
}
