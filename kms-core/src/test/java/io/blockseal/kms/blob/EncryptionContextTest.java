package io.blockseal.kms.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EncryptionContextTest {
  @Test
  void hasTheBytesOfTheTable() {
    // From golden.py: {"a": "b", "aws:ebs:id": "vol-1"}.
    assertThat(hex(Map.of("aws:ebs:id", "vol-1", "a", "b")))
        .isEqualTo("00000002000000016100000001620000000a6177733a6562733a696400000005766f6c2d31");
    assertThat(hex(Map.of())).isEqualTo("00000000");
  }

  @Test
  void doesNotDependOnTheOrderOfThePairs() {
    Map<String, String> oneWay = new LinkedHashMap<>();
    oneWay.put("a", "1");
    oneWay.put("b", "2");
    Map<String, String> otherWay = new LinkedHashMap<>();
    otherWay.put("b", "2");
    otherWay.put("a", "1");
    assertThat(hex(oneWay)).isEqualTo(hex(otherWay));
  }

  @Test
  void tellsPairsApartThatMerelyConcatenateAlike() {
    assertThat(hex(Map.of("ab", "c"))).isNotEqualTo(hex(Map.of("a", "bc")));
    assertThat(hex(Map.of("a", "", "b", ""))).isNotEqualTo(hex(Map.of("a", "b")));
    assertThat(hex(Map.of("a", "b", "c", "d"))).isNotEqualTo(hex(Map.of("a", "b,c=d")));
    assertThat(hex(Map.of("", ""))).isNotEqualTo(hex(Map.of()));
  }

  @Test
  void keepsTheCaseOfLetters() {
    assertThat(hex(Map.of("a", "b"))).isNotEqualTo(hex(Map.of("A", "b")));
  }

  @Test
  void sortsByBytesAndNotByUtf16() {
    // U+FFFD comes before U+1F600 in UTF-8 (EF.. < F0..), behind it in UTF-16 (FFFD > D83D).
    assertThat(hex(Map.of("\uD83D\uDE00", "1", "\uFFFD", "2")))
        .isEqualTo(
            "00000002" + "00000003efbfbd" + "0000000132" + "00000004f09f9880" + "0000000131");
  }

  @Test
  void refusesTextWithoutAUniqueUtf8Form() {
    assertThatThrownBy(() -> EncryptionContext.of(Map.of("a", "\uD83D")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void boundsItsLength() {
    String longest = "x".repeat(EncryptionContext.MAX_LENGTH_BYTES - 4 - 8 - 1);
    assertThat(EncryptionContext.of(Map.of("k", longest)).canonicalBytes()).hasSize(8192);
    assertThatThrownBy(() -> EncryptionContext.of(Map.of("k", longest + "x")))
        .hasMessage("encryption context of 8193 bytes, at most 8192 are allowed");
  }

  private static String hex(Map<String, String> pairs) {
    return HexFormat.of().formatHex(EncryptionContext.of(pairs).canonicalBytes());
  }
}
