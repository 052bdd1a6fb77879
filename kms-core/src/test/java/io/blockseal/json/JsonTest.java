package io.blockseal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":[1,2.5,null,true,\"x\\n\"],\"b\":{}}",
        "[]",
        "\"\"",
        "9223372036854775808",
        "null"
      })
  void writesWhatItRead(String text) {
    assertThat(Json.write(Json.read(text))).isEqualTo(text);
  }

  @Test
  void keepsDocumentOrder() {
    assertThat(Json.readObject("{\"z\":1,\"a\":2}").keySet()).containsExactly("z", "a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1,\"a\":2}", "[1] 2", "nul", "{a:1}", "[1,]"})
  void refusesWhatIsNotOneJsonValue(String text) {
    assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JsonSyntaxException.class);
  }

  @Test
  void indentsForPeople() {
    assertThat(Json.writePretty(Json.read("{\"a\":1}"))).contains("\n  \"a\" : 1");
  }
}
