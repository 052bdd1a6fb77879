package io.blockseal.daemon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "30d, P30D",
    "12h, PT12H",
    "1d12h30m, P1DT12H30M",
    "45s, PT45S",
    "P7D, P7D",
    "PT15M, PT15M"
  })
  void readsShortAndIsoForms(String text, Duration expected) {
    assertThat(DurationText.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"P30D, 30d", "PT36H, 1d12h", "PT1M30S, 1m30s", "PT0S, 0s"})
  void writesTheShortForm(Duration duration, String expected) {
    assertThat(DurationText.format(duration)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "d", "h12", "30 d", "1.5d", "thirty days", "P1Y"})
  void refusesWhatSpellsNoSpan(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void refusesSpansThatDoNotMoveForward() {
    assertThatThrownBy(() -> DurationText.parse("0d")).hasMessageContaining("after now");
    assertThatThrownBy(() -> DurationText.parse("-PT1S")).hasMessageContaining("after now");
  }
}
