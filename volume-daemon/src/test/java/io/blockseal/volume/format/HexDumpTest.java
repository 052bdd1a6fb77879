package io.blockseal.volume.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HexDumpTest {
  /// What `printf 'Blockseal 12345678 \377' | hexdump -C` prints.
  private static final String PRINTED =
      """
      00000000  42 6c 6f 63 6b 73 65 61  6c 20 31 32 33 34 35 36  |Blockseal 123456|
      00000010  37 38 20 ff                                       |78 .|
      00000014
      """;

  @Test
  void looksAsHexdumpPrintsIt() {
    byte[] bytes = "Blockseal 12345678 \0".getBytes(US_ASCII);
    bytes[19] = (byte) 0xff;
    assertThat(HexDump.of(bytes)).isEqualTo(PRINTED);
    assertThat(HexDump.parse(PRINTED)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 32, 33, 48, 64, 100})
  void squeezesEqualLinesAndReadsThemBack(int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    Arrays.fill(bytes, 0, lengthBytes / 2, (byte) 0x5a);
    assertThat(HexDump.parse(HexDump.of(bytes))).isEqualTo(bytes);
    assertThat(HexDump.of(new byte[48]).lines().skip(1)).containsExactly("*", "00000030");
  }
}
