package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FixedTextTest {
  private final ByteBuffer fields = ByteBuffer.allocate(10);

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "vol-1", "12345678"})
  void isReadAsItWasWritten(String text) throws FormatException {
    FixedText.put(fields, 1, 8, text);
    assertThat(FixedText.get(fields, 1, 8)).isEqualTo(text);
    assertThat(fields.get(0)).isZero();
    assertThat(fields.get(9)).isZero();
  }

  @Test
  void endsWithItsFieldOrItsFirstZero() throws FormatException {
    fields.put(0, "1234567890".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(FixedText.get(fields, 2, 4)).isEqualTo("3456");
    fields.put(4, (byte) 0);
    assertThat(FixedText.get(fields, 2, 4)).isEqualTo("34");
  }

  @Test
  void refusesTextThatIsTooLong() {
    assertThatThrownBy(() -> FixedText.put(fields, 0, 8, "123456789"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"123456789\" has more than 8 characters");
  }

  @Test
  void refusesBytesThatAreNotAscii() {
    fields.put(2, (byte) 0x80);
    assertThatThrownBy(() -> FixedText.get(fields, 2, 4))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("not ASCII");
  }
}
