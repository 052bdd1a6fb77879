package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The greeting of Linux 6.18 was taken with `strace` from a mount by libfuse 2.9.9.
class KernelGreetingTest {
  private static final String LINUX_6_18 =
      "680000001a0000000200000000000000"
          + "000000000000000000000000000000000000000000000000"
          + "070000002d00000000000200fbffff73fd050000"
          + "00".repeat(44);

  @Test
  void readsTheGreetingOfARealKernel() {
    KernelGreeting greeting = KernelGreeting.parse(hex(LINUX_6_18));

    assertThat(greeting).isEqualTo(new KernelGreeting(2, 45, 128 * 1024, 0x73fffffb));
  }

  @Test
  void agreesToWhatBothSidesCan() {
    ByteBuffer answer =
        new KernelGreeting(2, 45, 128 * 1024, 0x73fffffb).answer(19, 1024 * 1024, 128 * 1024);

    assertThat(hex(answer))
        .isEqualTo(
            "28000000000000000200000000000000"
                + "070000001300000000000200"
                + "21800010" // ASYNC_READ, BIG_WRITES, ASYNC_DIO, HANDLE_KILLPRIV_V2
                + "4000300000000200");
  }

  @Test
  void asksAnOldKernelForNothingThatItDoesNotKnow() {
    ByteBuffer answer =
        new KernelGreeting(2, 12, 65536, KernelGreeting.ASYNC_READ).answer(19, 1 << 20, 4096);

    assertThat(answer.getInt(20)).as("minor version").isEqualTo(12);
    assertThat(answer.getInt(24)).as("max_readahead").isEqualTo(65536);
    assertThat(answer.getInt(28)).as("flags").isEqualTo(KernelGreeting.ASYNC_READ);
  }

  @Test
  void rejectsWhatIsNotAGreeting() {
    ByteBuffer lookup = hex(LINUX_6_18);
    lookup.put(4, (byte) 1);
    ByteBuffer versionEight = hex(LINUX_6_18);
    versionEight.put(40, (byte) 8);

    assertThatThrownBy(() -> KernelGreeting.parse(lookup))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("opcode 1");
    assertThatThrownBy(() -> KernelGreeting.parse(versionEight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 8");
    assertThatThrownBy(() -> KernelGreeting.parse(hex(LINUX_6_18).limit(55)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("55");
  }

  /// The fixture is little-endian, as every machine that this runs on.
  private static ByteBuffer hex(String digits) {
    assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
