package io.blockseal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any text is a JSON value that is written and read as the same one, or is refused.
class JsonFuzzTest {
  static Stream<byte[]> texts() {
    return Stream.of(
            "{\"a\":[1,-2.5,1e3,true,false,null,\"x\\u00e9\\n\"],\"b\":{}}",
            "9223372036854775808",
            "1e99999",
            "1.5e123456789012340",
            "[2e0,1.5e1,-12345678901234567890e0]",
            "[".repeat(600),
            "\"\\ud800\"")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("texts")
  @FuzzTest
  void read(byte[] data) {
    Object value;
    try {
      value = Json.read(new String(data, UTF_8));
    } catch (JsonSyntaxException e) {
      return;
    }
    assertThat(Json.read(Json.write(value))).isEqualTo(value);
    assertThat(Json.read(Json.writePretty(value))).isEqualTo(value);
  }
}
