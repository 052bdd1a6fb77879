package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuse.kernel.DeviceExchange;
import io.blockseal.fuse.kernel.FileDevice;
import io.blockseal.fuse.kernel.FuseExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests of any bytes are answered one by one, as the kernel expects answers to be.
///
/// A file stands for `/dev/fuse`. What the fuzzer gives is taken apart like this, again and again:
///
/// | bytes | what |
/// |---|---|
/// | 1 | opcode |
/// | 1 | node |
/// | 1 | length of the body that follows |
/// | n | body |
class KernelRequestFuzzTest {
  private static final int IN_HEADER_BYTES = 40;
  private static final int OUT_HEADER_BYTES = 16;
  private static final int MAX_DATA_BYTES = 8192;
  private static final int MAX_REQUESTS = 16;
  private static final int MAX_ERRNO = 4095;
  private static final long DEVICE_BYTES = 1 << 20;
  private static final Path FILE = file();
  private static final LongRequests NO_HELPERS = LongRequests.start(0);

  static Stream<byte[]> requests() {
    return Stream.of(
        request(1, 1, bytes("vol-1\0")),
        sequence(request(14, 2, ints(2, 0)), request(15, 2, ints(0, 0, 0, 0, 4096, 0, 0, 0, 0, 0))),
        sequence(
            request(14, 2, ints(2, 0)),
            request(16, 2, ints(0, 0, 8, 0, 3, 0, 0, 0, 0, 0, 0x616263)),
            request(20, 2, ints(0, 0, 0, 0)),
            request(43, 2, ints(0, 0, 0, 0, 4096, 0, 3, 0)),
            request(18, 2, ints(0, 0, 0, 0, 0, 0))),
        request(3, 1, ints(0, 0, 0, 0)),
        request(4, 2, ints(8, 0, 0, 0, 0, 0)),
        request(17, 1, new byte[0]),
        request(22, 2, bytes("\0\1\0\0\0\0\0\0user.blockseal.kms-key\0")),
        request(23, 2, ints(256, 0)),
        sequence(request(27, 1, ints(0, 0)), request(28, 1, ints(0, 0, 0, 0, 4096, 0, 0, 0, 0, 0))),
        request(63, 0, new byte[1]));
  }

  @MethodSource("requests")
  @FuzzTest
  void answer(byte[] data) throws IOException {
    ExportedFiles files = new ExportedFiles(InstantSource.system(), () -> 0, NO_HELPERS);
    files.publish("vol-1", new RamDevice(DEVICE_BYTES), Map.of("kms-key", "arn:aws:kms:x"));
    KernelOperations operations = new KernelOperations(files, new FileOwner(0, 0), true);
    try (FileChannel file =
            FileChannel.open(FILE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FuseExchange exchange = new DeviceExchange(FileDevice.open(FILE), MAX_DATA_BYTES)) {
      file.truncate(0);
      ByteBuffer rest = ByteBuffer.wrap(data);
      for (int unique = 1; unique <= MAX_REQUESTS && rest.remaining() >= 3; unique++) {
        answer(request(rest, unique), file, exchange, operations);
      }
    }
  }

  private static void answer(
      ByteBuffer request, FileChannel file, FuseExchange exchange, KernelOperations operations)
      throws IOException {
    long unique = request.getLong(8);
    int opcode = request.getInt(4);
    long end = file.size() + request.remaining();
    file.write(request, file.size());
    assertThat(exchange.receive()).isTrue();
    operations.answer(exchange);
    ByteBuffer answer =
        ByteBuffer.allocate((int) (file.size() - end)).order(ByteOrder.nativeOrder());
    file.read(answer, end);
    if (opcode == 2 || opcode == 42) {
      assertThat(answer.capacity()).as("answer to FORGET").isZero();
      return;
    }
    assertThat(answer.capacity()).isBetween(OUT_HEADER_BYTES, OUT_HEADER_BYTES + MAX_DATA_BYTES);
    assertThat(answer.getInt(0)).isEqualTo(answer.capacity());
    assertThat(answer.getInt(4)).isBetween(-MAX_ERRNO, 0);
    assertThat(answer.getLong(8)).isEqualTo(unique);
  }

  private static ByteBuffer request(ByteBuffer spelled, int unique) {
    int opcode = spelled.get() & 0xff;
    int node = spelled.get() & 0xff;
    int length = Math.min(spelled.get() & 0xff, spelled.remaining());
    byte[] body = new byte[length];
    spelled.get(body);
    return ByteBuffer.allocate(IN_HEADER_BYTES + length)
        .order(ByteOrder.nativeOrder())
        .putInt(IN_HEADER_BYTES + length)
        .putInt(opcode)
        .putLong(unique)
        .putLong(node)
        .position(IN_HEADER_BYTES)
        .put(body)
        .flip();
  }

  private static byte[] request(int opcode, int node, byte[] body) {
    return ByteBuffer.allocate(3 + body.length)
        .put((byte) opcode)
        .put((byte) node)
        .put((byte) body.length)
        .put(body)
        .array();
  }

  private static byte[] sequence(byte[]... requests) {
    ByteBuffer all = ByteBuffer.allocate(Stream.of(requests).mapToInt(each -> each.length).sum());
    Stream.of(requests).forEach(all::put);
    return all.array();
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.nativeOrder());
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("fuse-", ".fuzz");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
