package io.blockseal.fuse.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fuse.kernel.AnswerLayout.Attributes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The expected bytes were printed by a C program that fills the structures of Debian 12's
/// `linux/fuse.h` with the same values.
class AnswerLayoutTest {
  private static final Attributes FILE =
      new Attributes(0x1122, 0x8180, 1, 1000, 1001, 0x0102030405060000L, 1_600_000_000_123L);

  private static final String FILE_ATTR =
      "2211000000000000"
          + "0000060504030201"
          + "0083028201810000"
          + "00105e5f00000000".repeat(3)
          + "c0d45407".repeat(3)
          + "80810000"
          + "01000000"
          + "e8030000"
          + "e9030000"
          + "00000000"
          + "00100000"
          + "00000000";

  /// Full of what an earlier answer may have left.
  private final ByteBuffer answer = dirty();

  @Test
  void attributesAreFuseAttrOut() {
    assertThat(AnswerLayout.putAttributes(answer, FILE)).isEqualTo(104);
    assertThat(hex(104)).isEqualTo("00".repeat(16) + FILE_ATTR);
  }

  @Test
  void anEntryIsFuseEntryOut() {
    assertThat(AnswerLayout.putEntry(answer, FILE)).isEqualTo(128);
    assertThat(hex(128)).isEqualTo("2211000000000000" + "00".repeat(32) + FILE_ATTR);
  }

  @Test
  void anOpenIsFuseOpenOut() {
    assertThat(AnswerLayout.putOpen(answer, 7, AnswerLayout.FOPEN_PARALLEL_DIRECT_WRITES | 1))
        .isEqualTo(16);
    assertThat(hex(16)).isEqualTo("0700000000000000" + "41000000" + "00000000");
  }

  @Test
  void spaceIsFuseStatfsOut() {
    assertThat(AnswerLayout.putSpace(answer, 10 * 4096, 3 * 4096, 2)).isEqualTo(80);
    assertThat(hex(80))
        .isEqualTo(
            "0a00000000000000"
                + "0300000000000000".repeat(2)
                + "0200000000000000"
                + "0000000000000000"
                + "00100000"
                + "ff000000"
                + "00100000"
                + "00".repeat(28));
  }

  @Test
  void namesAreFilledUpToEightAndEndAtTheLimit() {
    byte[] name = "vol-1".getBytes(US_ASCII);

    assertThat(AnswerLayout.putName(answer, 0, 31, 2, 3, 0x8000, name)).isZero();
    assertThat(AnswerLayout.putName(answer, 0, 32, 2, 3, 0x8000, name)).isEqualTo(32);
    assertThat(hex(32))
        .isEqualTo(
            "0200000000000000" + "0300000000000000" + "05000000" + "08000000" + "766f6c2d31000000");
  }

  private String hex(int length) {
    byte[] bytes = new byte[length];
    answer.get(0, bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static ByteBuffer dirty() {
    byte[] bytes = new byte[256];
    Arrays.fill(bytes, (byte) 0xee);
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
