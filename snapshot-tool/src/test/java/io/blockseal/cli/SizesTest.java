package io.blockseal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SizesTest {
  @ParameterizedTest
  @CsvSource({"10G,10", "10g,10", "10 GiB,10", "2T,2048", "2TB,2048", "7,7"})
  void readsWholeGibibytes(String text, int gibibytes) {
    assertThat(Sizes.gibibytes(text)).isEqualTo(gibibytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "1.5G", "-1G", "10M", "10 Gigs", "0G", "99999999999G"})
  void refusesAnythingElseByName(String text) {
    assertThatThrownBy(() -> Sizes.gibibytes(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size");
  }

  @Test
  void writesThreeDigitsInTheLargestUnit() {
    assertThat(Sizes.text(0)).isEqualTo("0 B");
    assertThat(Sizes.text(1023)).isEqualTo("1023 B");
    assertThat(Sizes.text(1536)).isEqualTo("1.50 KiB");
    assertThat(Sizes.text(123L << 20)).isEqualTo("123 MiB");
    assertThat(Sizes.text(3L << 40)).isEqualTo("3.00 TiB");
  }
}
