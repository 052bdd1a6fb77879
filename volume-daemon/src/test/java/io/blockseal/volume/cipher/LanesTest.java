package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LanesTest {
  private final AtomicInteger made = new AtomicInteger();
  private final Lanes<Object> lanes =
      new Lanes<>(
          () -> {
            made.incrementAndGet();
            return new Object();
          });

  @Test
  void lendsTheSameLaneAgain() {
    Object lane = lanes.borrow();
    lanes.giveBack(lane);
    assertThat(lanes.borrow()).isSameAs(lane);
    assertThat(made).hasValue(1);
  }

  @Test
  void keepsNoMoreThanItsBound() {
    List<Object> lent = new ArrayList<>();
    for (int i = 0; i < Lanes.MAX_IDLE + 5; i++) {
      lent.add(lanes.borrow());
    }
    lent.forEach(lanes::giveBack);
    for (int i = 0; i < Lanes.MAX_IDLE + 1; i++) {
      lanes.borrow();
    }
    assertThat(made).hasValue(Lanes.MAX_IDLE + 6);
  }

  @Test
  void lendsNothingAfterClose() {
    Object lane = lanes.borrow();
    lanes.close();
    lanes.giveBack(lane);
    assertThatThrownBy(lanes::borrow).isInstanceOf(IllegalStateException.class);
  }
}
