package io.blockseal.fuse;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever reads a volume sees what was written before, whether either of them goes through the
/// page cache or past it.
@RequiresFuse
@ParameterizedClass
@EnumSource
class CoherenceIT {
  private static final int SIZE = 1024 * 1024;
  private static final int BLOCK = 4096;
  private static final int WRITES = 3000;

  /// `com.sun.nio.file.ExtendedOpenOption.DIRECT`, which compilers warn of by name.
  private static final OpenOption DIRECT = direct();

  private final FuseTransportKind transport;
  private FuseSandbox sandbox;
  private FuseExports exports;
  private RamDevice device;
  private Path file;

  CoherenceIT(FuseTransportKind transport) {
    this.transport = transport;
  }

  @BeforeEach
  void publishOneDevice() throws IOException {
    sandbox = new FuseSandbox(transport);
    exports = sandbox.mount();
    device = new RamDevice(SIZE);
    file = Path.of(exports.publish("vol-1", device, Map.of()));
  }

  @AfterEach
  void leaveNothingBehind() throws IOException {
    sandbox.close();
  }

  @Test
  void aReaderThroughTheCacheSeesWritesPastIt() throws IOException {
    try (FileChannel cached = FileChannel.open(file, READ);
        FileChannel direct = FileChannel.open(file, WRITE, DIRECT)) {
      writeAndReadBack(direct, cached);
    }
  }

  @Test
  void aReaderThroughTheCacheThatComesLaterSeesWritesPastIt() throws IOException {
    try (FileChannel direct = FileChannel.open(file, WRITE, DIRECT);
        FileChannel cached = FileChannel.open(file, READ)) {
      writeAndReadBack(direct, cached);
    }
  }

  @Test
  void aReaderPastTheCacheSeesWritesThroughIt() throws IOException {
    try (FileChannel cached = FileChannel.open(file, WRITE);
        FileChannel direct = FileChannel.open(file, READ, DIRECT)) {
      writeAndReadBack(cached, direct);
    }
  }

  @Test
  void pagesThatWereReadBeforeAWritePastTheCacheAreNotShownAfterIt() throws IOException {
    for (byte round = 1; round <= 5; round++) {
      try (FileChannel direct = FileChannel.open(file, WRITE, DIRECT)) {
        for (int at = 0; at < SIZE; at += BLOCK) {
          direct.write(block(round), at);
        }
      }
      assertThat(Files.readAllBytes(file)).as("round %d", round).containsOnly(round);
    }
  }

  @Test
  void nothingStaleStaysBehindWhenOneReadsWhileTheOtherWrites() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        FileChannel direct = FileChannel.open(file, WRITE, DIRECT);
        FileChannel cached = FileChannel.open(file, READ)) {
      Future<?> reader =
          threads.submit(
              () -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(16 * BLOCK);
                for (long at = 0; !done.get(); at = (at + bytes.capacity()) % SIZE) {
                  cached.read(bytes.clear(), at);
                }
                return null;
              });
      for (int i = 0; i < WRITES; i++) {
        direct.write(block((byte) i), (long) random.nextInt(SIZE / BLOCK) * BLOCK);
      }
      done.set(true);
      reader.get(1, TimeUnit.MINUTES);

      ByteBuffer seen = ByteBuffer.allocate(SIZE);
      cached.read(seen, 0);
      ByteBuffer stored = ByteBuffer.allocate(SIZE);
      device.read(0, stored);
      assertThat(Arrays.mismatch(seen.array(), stored.array())).as("seed %d", seed).isEqualTo(-1);
    }
  }

  private static OpenOption direct() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) options.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no direct I/O in this JDK", e);
    }
  }

  private static void writeAndReadBack(FileChannel writer, FileChannel reader) throws IOException {
    ByteBuffer seen = ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK);
    for (byte content = 1; content <= 50; content++) {
      writer.write(block(content), 3L * BLOCK);
      reader.read(seen.position(0).limit(BLOCK), 3L * BLOCK);
      assertThat(seen.flip()).isEqualTo(block(content));
    }
  }

  /// A block as direct I/O wants it.
  private static ByteBuffer block(byte content) {
    ByteBuffer block = ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK);
    while (block.hasRemaining()) {
      block.put(content);
    }
    return block.flip();
  }
}
