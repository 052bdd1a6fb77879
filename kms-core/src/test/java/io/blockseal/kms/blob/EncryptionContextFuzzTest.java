package io.blockseal.kms.blob;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any pairs have one canonical form, which holds those pairs and no others, or are refused.
class EncryptionContextFuzzTest {
  static Stream<byte[]> pairs() {
    return Stream.of("", "ab|c", "a|bc", "aws:ebs:id|vol-1|a|", "x|\ud83d\ude00")
        .map(text -> text.getBytes(UTF_16LE));
  }

  /// @param data texts as UTF-16, well-formed or not, between bars: key, value, key, value, ...
  @MethodSource("pairs")
  @FuzzTest
  void canonicalForm(byte[] data) {
    Map<String, String> pairs = new HashMap<>();
    String[] texts = text(data).split("\\|", -1);
    for (int i = 0; i + 1 < texts.length; i += 2) {
      pairs.put(texts[i], texts[i + 1]);
    }
    byte[] canonical;
    try {
      canonical = EncryptionContext.of(pairs).canonicalBytes();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("encryption context");
      return;
    }
    assertThat(canonical.length).isLessThanOrEqualTo(EncryptionContext.MAX_LENGTH_BYTES);
    assertThat(read(canonical)).isEqualTo(pairs);
  }

  private static String text(byte[] data) {
    char[] text = new char[data.length / 2];
    for (int i = 0; i < text.length; i++) {
      text[i] = (char) ((data[2 * i] & 0xff) | (data[2 * i + 1] & 0xff) << 8);
    }
    return new String(text);
  }

  /// The pairs that a canonical form spells.
  private static Map<String, String> read(byte[] canonical) {
    ByteBuffer rest = ByteBuffer.wrap(canonical);
    Map<String, String> pairs = new HashMap<>();
    for (int left = rest.getInt(); left > 0; left--) {
      assertThat(pairs.put(part(rest), part(rest))).as("a key stands there once").isNull();
    }
    assertThat(rest.hasRemaining()).isFalse();
    return pairs;
  }

  private static String part(ByteBuffer rest) {
    byte[] text = new byte[rest.getInt()];
    rest.get(text);
    return new String(text, UTF_8);
  }
}
