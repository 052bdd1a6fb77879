package io.blockseal.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The greeting of Linux 6.18 was taken with `strace` from a mount by libfuse 2.9.9.
class KernelGreetingTest {
  private static final int FLAGS2_IN_ANSWER = 48;

  private static final String LINUX_6_18 =
      "680000001a0000000200000000000000"
          + "000000000000000000000000000000000000000000000000"
          + "070000002d00000000000200fbffff73fd050000"
          + "00".repeat(44);

  @Test
  void readsTheGreetingOfARealKernel() {
    KernelGreeting greeting = KernelGreeting.parse(hex(LINUX_6_18));

    assertThat(greeting).isEqualTo(new KernelGreeting(2, 45, 128 * 1024, 0x5fd_73fffffbL));
  }

  @Test
  void libFuseAgreesToWhatItCanServe() {
    ByteBuffer answer =
        new KernelGreeting(2, 45, 128 * 1024, 0x5fd_73fffffbL)
            .answerForLibFuse(1024 * 1024, 128 * 1024);

    assertThat(hex(answer))
        .isEqualTo(
            "28000000000000000200000000000000"
                + "070000001300000000000200"
                + "21800010" // ASYNC_READ, BIG_WRITES, ASYNC_DIO, HANDLE_KILLPRIV_V2
                + "4000300000000200");
  }

  @ParameterizedTest
  @CsvSource({"true, true, true", "true, false, false", "false, true, false"})
  void weAgreeToRingsIfBothWantThem(boolean offered, boolean wanted, boolean agreed) {
    long flags = KernelGreeting.INIT_EXT | (offered ? KernelGreeting.OVER_IO_URING : 0);
    var greeting = new KernelGreeting(2, 45, 4096, flags);
    ByteBuffer answer = greeting.answer(4096, 4096, wanted).order(ByteOrder.nativeOrder());

    assertThat(greeting.offersRings()).isEqualTo(offered);
    assertThat((answer.getInt(FLAGS2_IN_ANSWER) & 1 << 9) != 0).isEqualTo(agreed);
  }

  @Test
  void weAgreeToLargeRequestsAndMappingsToo() {
    ByteBuffer answer =
        new KernelGreeting(2, 45, 128 * 1024, 0x5fd_73fffffbL)
            .answer(1024 * 1024, 1024 * 1024, false);

    assertThat(hex(answer))
        .isEqualTo(
            "50000000000000000200000000000000"
                + "070000002700000000000200"
                + "21804450" // and PARALLEL_DIROPS, MAX_PAGES, INIT_EXT
                + "4000300000001000"
                + "010000000001000010000000" // DIRECT_IO_ALLOW_MMAP
                + "00".repeat(28));
  }

  @Test
  void aKernelBefore54IsNotSpokenWith() {
    assertThat(new KernelGreeting(2, 45, 0, KernelGreeting.MAX_PAGES).spokenByUs()).isTrue();
    assertThat(new KernelGreeting(2, 30, 0, KernelGreeting.MAX_PAGES).spokenByUs()).isFalse();
    assertThat(new KernelGreeting(2, 31, 0, 0).spokenByUs()).isFalse();
  }

  @Test
  void asksAnOldKernelForNothingThatItDoesNotKnow() {
    ByteBuffer answer =
        new KernelGreeting(2, 12, 65536, KernelGreeting.ASYNC_READ).answerForLibFuse(1 << 20, 4096);

    assertThat(answer.getInt(20)).as("minor version").isEqualTo(12);
    assertThat(answer.getInt(24)).as("max_readahead").isEqualTo(65536);
    assertThat(answer.getInt(28)).as("flags").isEqualTo((int) KernelGreeting.ASYNC_READ);
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
