package io.blockseal.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are a greeting that is answered with what the kernel offered, or are refused as none.
class KernelGreetingFuzzTest {
  private static final int MIN_BYTES = 56;
  private static final int READ_AHEAD_BYTES = 1 << 20;
  private static final int REQUEST_BYTES = 1 << 20;

  static Stream<byte[]> greetings() {
    return Stream.of(greeting(7, 45, 104), greeting(7, 31, 56), greeting(8, 0, 56), new byte[3]);
  }

  @MethodSource("greetings")
  @FuzzTest
  void parse(byte[] data) {
    answer(data);
    byte[] sealed = Arrays.copyOf(data, Math.max(data.length, MIN_BYTES));
    fields(sealed).putInt(0, sealed.length).putInt(4, FuseOpcode.INIT.number()).putInt(40, 7);
    answer(sealed);
  }

  private static void answer(byte[] data) {
    KernelGreeting greeting;
    try {
      greeting = KernelGreeting.parse(ByteBuffer.wrap(data));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("FUSE greeting");
      return;
    }
    ByteBuffer ours = greeting.answer(READ_AHEAD_BYTES, REQUEST_BYTES, false);
    ByteBuffer libFuse = greeting.answerForLibFuse(READ_AHEAD_BYTES, REQUEST_BYTES);
    for (ByteBuffer answer : new ByteBuffer[] {ours, libFuse}) {
      answer.order(ByteOrder.nativeOrder());
      assertThat(answer.getInt(0)).isEqualTo(answer.remaining());
      assertThat(answer.getLong(8)).isEqualTo(fields(data).getLong(8));
      assertThat(answer.getInt(28) & ~fields(data).getInt(52)).as("not offered").isZero();
    }
  }

  private static byte[] greeting(int major, int minor, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    fields(bytes)
        .putInt(0, lengthBytes)
        .putInt(4, FuseOpcode.INIT.number())
        .putLong(8, 2)
        .putInt(40, major)
        .putInt(44, minor)
        .putInt(48, 128 << 10)
        .putInt(52, -1);
    return bytes;
  }

  private static ByteBuffer fields(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
