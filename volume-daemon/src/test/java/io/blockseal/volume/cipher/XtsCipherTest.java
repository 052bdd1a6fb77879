package io.blockseal.volume.cipher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(CipherKernel.class)
final class XtsCipherTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final int UNIT = 4096;

  XtsCipherTest(CipherKernel kernel) {
    kernel.useForXts();
  }

  @AfterEach
  void restoreTheKernel() {
    CipherKernel.restore();
  }

  /// One line of `aes-256-xts.txt`, which names its sources.
  record Vector(String name, long unit, String key, String plainHex, String cipherHex) {
    static Vector parse(String line) {
      String[] parts = line.split(" ", -1);
      return new Vector(parts[0], Long.parseLong(parts[1]), parts[2], parts[3], parts[4]);
    }

    byte[] plain() {
      return HEX.parseHex(plainHex);
    }

    byte[] cipher() {
      return HEX.parseHex(cipherHex);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Vector> vectors() throws IOException {
    try (InputStream file = XtsCipherTest.class.getResourceAsStream("/vectors/aes-256-xts.txt")) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), US_ASCII);
      return text.lines().filter(line -> !line.startsWith("#")).map(Vector::parse);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void encryptsToTheKnownAnswer(Vector vector) {
    try (XtsCipher cipher = cipher(vector.key(), vector.plain().length)) {
      ByteBuffer target = ByteBuffer.allocate(vector.cipher().length);
      cipher.encrypt(vector.unit(), ByteBuffer.wrap(vector.plain()), target);
      assertThat(target.array()).isEqualTo(vector.cipher());
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void decryptsToTheKnownAnswer(Vector vector) {
    try (XtsCipher cipher = cipher(vector.key(), vector.plain().length)) {
      ByteBuffer target = ByteBuffer.allocate(vector.plain().length);
      cipher.decrypt(vector.unit(), ByteBuffer.wrap(vector.cipher()), target);
      assertThat(target.array()).isEqualTo(vector.plain());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 31, 32, 33, 128, 257})
  void encryptsARunAsItsUnitsOneByOne(int units) {
    byte[] plain = random(units, units * UNIT);
    try (XtsCipher cipher = cipher()) {
      byte[] expected = new byte[plain.length];
      for (int i = 0; i < units; i++) {
        cipher.encrypt(
            1000L + i,
            ByteBuffer.wrap(plain, i * UNIT, UNIT),
            ByteBuffer.wrap(expected, i * UNIT, UNIT));
      }
      ByteBuffer run = ByteBuffer.allocate(plain.length);
      cipher.encrypt(1000, ByteBuffer.wrap(plain), run);
      assertThat(run.array()).isEqualTo(expected);
    }
  }

  @Test
  void agreesWithTheDefinitionForEveryBlockOfALargeUnit() {
    byte[] plain = random(7, UNIT);
    try (XtsCipher cipher = cipher()) {
      ByteBuffer target = ByteBuffer.allocate(UNIT);
      cipher.encrypt(0x1234_5678_9abcL, ByteBuffer.wrap(plain), target);
      assertThat(target.array()).isEqualTo(XtsDefinition.encrypt(key(), 0x1234_5678_9abcL, plain));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 112, 128, 144, 496, 512, 1360, 520 * 16, 65536})
  void agreesWithTheDefinitionForUnitsOfAnyLength(int unitBytes) {
    int units = unitBytes < UNIT ? 70 : 3;
    byte[] plain = random(unitBytes, units * unitBytes);
    try (XtsCipher cipher = cipher(HEX.formatHex(key()), unitBytes)) {
      ByteBuffer target = ByteBuffer.allocate(plain.length);
      cipher.encrypt(8, ByteBuffer.wrap(plain), target);
      for (int i = 0; i < units; i++) {
        byte[] unit = Arrays.copyOfRange(plain, i * unitBytes, (i + 1) * unitBytes);
        assertThat(Arrays.copyOfRange(target.array(), i * unitBytes, (i + 1) * unitBytes))
            .isEqualTo(XtsDefinition.encrypt(key(), 8L + i, unit));
      }
      cipher.decrypt(8, target.flip(), ByteBuffer.wrap(plain));
      assertThat(plain).isEqualTo(random(unitBytes, units * unitBytes));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap heap", "heap direct", "direct heap", "direct direct"})
  void takesHeapAndDirectBuffersAtAnyPosition(String kinds) {
    byte[] plain = random(3, 5 * UNIT);
    ByteBuffer source = buffer(kinds.startsWith("direct"), plain.length + 24).position(7);
    source.put(plain).flip().position(7);
    ByteBuffer target = buffer(kinds.endsWith("direct"), plain.length + 24).position(13);
    try (XtsCipher cipher = cipher()) {
      cipher.encrypt(5, source, target);
      assertThat(source.position()).isEqualTo(7 + plain.length);
      assertThat(target.position()).isEqualTo(13 + plain.length);
      ByteBuffer back = ByteBuffer.allocate(plain.length);
      cipher.decrypt(5, target.flip().position(13), back);
      assertThat(back.array()).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void worksInPlace(boolean direct) {
    byte[] plain = random(4, 40 * UNIT);
    ByteBuffer memory = buffer(direct, plain.length);
    memory.put(plain).flip();
    try (XtsCipher cipher = cipher()) {
      ByteBuffer expected = ByteBuffer.allocate(plain.length);
      cipher.encrypt(9, ByteBuffer.wrap(plain), expected);
      cipher.encrypt(9, memory, memory);
      assertThat(memory.hasRemaining()).isFalse();
      assertThat(memory.flip()).isEqualTo(expected.flip());
      cipher.decrypt(9, memory.duplicate(), memory);
      assertThat(memory.flip()).isEqualTo(ByteBuffer.wrap(plain));
    }
  }

  @Test
  void readsFromReadOnlyAndSlicedBuffers() {
    byte[] plain = random(6, 2 * UNIT);
    try (XtsCipher cipher = cipher()) {
      ByteBuffer expected = ByteBuffer.allocate(plain.length);
      cipher.encrypt(0, ByteBuffer.wrap(plain), expected);
      ByteBuffer spacious = ByteBuffer.allocate(3 * UNIT);
      ByteBuffer source = ByteBuffer.allocate(3 * UNIT).put(UNIT, plain);
      cipher.encrypt(
          0, source.slice(UNIT, 2 * UNIT).asReadOnlyBuffer(), spacious.slice(UNIT, 2 * UNIT));
      assertThat(spacious.slice(UNIT, 2 * UNIT)).isEqualTo(expected.flip());
    }
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    byte[] plain = random(5, 64 * UNIT);
    try (XtsCipher cipher = cipher();
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      ByteBuffer expected = ByteBuffer.allocate(plain.length);
      cipher.encrypt(0, ByteBuffer.wrap(plain), expected);
      Callable<byte[]> task =
          () -> {
            ByteBuffer target = ByteBuffer.allocate(plain.length);
            for (int i = 0; i < 20; i++) {
              cipher.encrypt(0, ByteBuffer.wrap(plain), target.clear());
            }
            return target.array();
          };
      List<Future<byte[]>> results =
          threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> task).toList());
      for (Future<byte[]> result : results) {
        assertThat(result.get()).isEqualTo(expected.array());
      }
    }
  }

  @Test
  void refusesKeysThatAreNoXtsKeys() {
    assertThatThrownBy(() -> cipher("00".repeat(32), UNIT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 bytes, not 32");
    assertThatThrownBy(() -> cipher("ab".repeat(64), UNIT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must differ");
  }

  @Test
  void refusesBrokenUnitsAndShortTargets() {
    try (XtsCipher cipher = cipher()) {
      ByteBuffer unit = ByteBuffer.allocate(UNIT);
      assertThatThrownBy(() -> cipher.encrypt(0, ByteBuffer.allocate(UNIT - 16), unit))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cipher.encrypt(0, unit, ByteBuffer.allocate(UNIT - 1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> cipher.encrypt(0, unit, ByteBuffer.allocateDirect(UNIT).asReadOnlyBuffer()))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThatThrownBy(() -> cipher.encrypt(-1, unit, unit))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cipher(HEX.formatHex(key()), 24))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesWorkAfterClose() {
    XtsCipher cipher = cipher();
    cipher.close();
    cipher.close();
    ByteBuffer unit = ByteBuffer.allocate(UNIT);
    assertThatThrownBy(() -> cipher.encrypt(0, unit, unit))
        .isInstanceOf(IllegalStateException.class);
  }

  private static XtsCipher cipher() {
    return cipher(HEX.formatHex(key()), UNIT);
  }

  private static XtsCipher cipher(String hexKey, int unitBytes) {
    try (SecretBytes key = SecretBytes.takeOver(HEX.parseHex(hexKey))) {
      return new XtsCipher(key, unitBytes);
    }
  }

  private static byte[] key() {
    return random(42, 64);
  }

  private static ByteBuffer buffer(boolean direct, int lengthBytes) {
    return direct ? ByteBuffer.allocateDirect(lengthBytes) : ByteBuffer.allocate(lengthBytes);
  }

  private static byte[] random(long seed, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
