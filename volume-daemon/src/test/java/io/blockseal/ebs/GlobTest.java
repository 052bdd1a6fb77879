package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "abc, abc, true",
    "abc, ABC, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "a*c, ac, true",
    "a*c, abbbc, true",
    "a*c*e, abcde, true",
    "a*c*e, abcd, false",
    "*, '', true",
    "?*, '', false",
    "*b, aab, true",
    "a\\*c, a*c, true",
    "a\\*c, abc, false",
    "a\\?, a?, true",
    "a.c, abc, false",
    "'', '', true",
    "'', a, false"
  })
  void matchesTheWholeText(String pattern, String text, boolean matches) {
    assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
  }

  @Test
  void isNotSlowedDownByManyStars() {
    String pattern = "*a".repeat(100) + "b";

    assertThat(new Glob(pattern).matches("a".repeat(20_000))).isFalse();
  }
}
