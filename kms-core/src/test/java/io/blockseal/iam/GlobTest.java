package io.blockseal.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class GlobTest {
  @Test
  void matchesRunsAndSingleCharacters() {
    assertThat(Glob.matches("kms:*", "kms:Decrypt")).isTrue();
    assertThat(Glob.matches("kms:ReEncrypt*", "kms:ReEncryptTo")).isTrue();
    assertThat(Glob.matches("vol-?", "vol-1")).isTrue();
    assertThat(Glob.matches("*", "")).isTrue();
    assertThat(Glob.matches("", "")).isTrue();
    assertThat(Glob.matches("", "a")).isFalse();
    assertThat(Glob.matches("vol-?", "vol-")).isFalse();
    assertThat(Glob.matches("a*b*c", "aXbYc")).isTrue();
    assertThat(Glob.matches("a*b*c", "aXcYb")).isFalse();
    assertThat(Glob.matches("kms:*", "KMS:Decrypt")).isFalse();
    assertThat(Glob.matches("a.c", "abc")).isFalse();
  }

  @Test
  void agreesWithRegularExpressions() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String pattern = draw(random, "ab*?", 8);
      String text = draw(random, "ab", 10);
      String regex = pattern.replace("*", ".*").replace("?", ".");
      assertThat(Glob.matches(pattern, text))
          .as("seed %d: %s on %s", seed, pattern, text)
          .isEqualTo(Pattern.matches(regex, text));
    }
  }

  @Test
  void isQuickOnPatternsThatBacktrack() {
    assertThat(Glob.matches("*a".repeat(1000) + "b", "a".repeat(10_000))).isFalse();
  }

  private static String draw(Random random, String alphabet, int maxLength) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(maxLength); n > 0; n--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
