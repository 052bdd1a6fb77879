package io.blockseal.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class MovableClockTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-01-01T12:00:00Z"));

  private final MetadataStore store = new InMemoryMetadataStore();

  @Test
  void showsRealTimeUntilItIsMoved() {
    assertThat(new MovableClock(store, NOON).instant()).isEqualTo("2026-01-01T12:00:00Z");
  }

  @Test
  void keepsItsOffsetOverARestart() {
    MovableClock clock = new MovableClock(store, NOON);
    assertThat(clock.advance(Duration.ofDays(30))).isEqualTo("2026-01-31T12:00:00Z");
    clock.advance(Duration.ofHours(1));
    assertThat(new MovableClock(store, NOON).instant()).isEqualTo("2026-01-31T13:00:00Z");
    assertThat(new MovableClock(store, NOON).offset()).isEqualTo(Duration.ofDays(30).plusHours(1));
  }

  @Test
  void movesForwardOnly() {
    MovableClock clock = new MovableClock(store, NOON);
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.advance(Duration.ofDays(40_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(clock.offset()).isZero();
  }
}
