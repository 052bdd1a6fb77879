package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Many threads on one file, each against a model of its own part.
@RequiresFuse
@ParameterizedClass
@EnumSource
class ConcurrentIoIT {
  private static final int THREADS = 8;
  private static final int PART_BYTES = 1024 * 1024;
  private static final int STEPS = 400;

  private final FuseTransportKind transport;
  private FuseSandbox sandbox;
  private FuseExports exports;

  ConcurrentIoIT(FuseTransportKind transport) {
    this.transport = transport;
  }

  @BeforeEach
  void mountAnExport() throws IOException {
    sandbox = new FuseSandbox(transport);
    exports = sandbox.mount();
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    sandbox.close();
  }

  @Test
  void eightThreadsReadWhatTheyWrote() throws Exception {
    long seed = System.nanoTime();
    var device = new RamDevice((long) THREADS * PART_BYTES);
    Path file = Path.of(exports.publish("vol-1", device, Map.of()));
    List<Callable<byte[]>> parts = new ArrayList<>();
    for (int part = 0; part < THREADS; part++) {
      int number = part;
      parts.add(() -> usePart(file, number, new Random(seed + number)));
    }
    List<Future<byte[]>> models;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      models = threads.invokeAll(parts, 2, TimeUnit.MINUTES);
    }
    for (int part = 0; part < THREADS; part++) {
      ByteBuffer stored = ByteBuffer.allocate(PART_BYTES);
      device.read((long) part * PART_BYTES, stored);
      assertThat(Arrays.mismatch(stored.array(), models.get(part).get()))
          .as("seed %d, part %d", seed, part)
          .isEqualTo(-1);
    }
  }

  /// And not only one now and then: all of these would take minutes if each had to wait until
  /// somebody notices that nobody is left.
  @Test
  @Timeout(60)
  void requestsThatHangLeaveThreadsForOthers() throws Exception {
    int hanging = 10;
    var entered = new CountDownLatch(hanging);
    var proceed = new CountDownLatch(1);
    var slow = new SlowDevice(entered, proceed);
    Path other = Path.of(exports.publish("vol-other", new RamDevice(PART_BYTES), Map.of()));
    List<Callable<Boolean>> requests = new ArrayList<>();
    for (int i = 0; i < hanging; i++) {
      Path file = Path.of(exports.publish("vol-" + i, slow, Map.of()));
      boolean reads = i % 2 == 0;
      requests.add(() -> reads ? read(file) : flush(file));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(hanging + 1)) {
      List<Future<Boolean>> all = new ArrayList<>();
      try {
        requests.forEach(request -> all.add(threads.submit(request)));
        assertThat(entered.await(1, TimeUnit.MINUTES)).as("all have arrived").isTrue();
        usePart(other, 0, new Random(1));
        writeOften(other, 10_000);
      } finally {
        proceed.countDown();
      }
      for (Future<Boolean> one : all) {
        assertThat(one.get()).isTrue();
      }
    }
  }

  private static void writeOften(Path file, int times) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer sector = ByteBuffer.allocate(512);
      for (int i = 0; i < times; i++) {
        assertThat(channel.write(sector.clear(), 0)).isEqualTo(512);
      }
    }
  }

  private static boolean read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.read(ByteBuffer.allocate(512)) == 512;
    }
  }

  private static boolean flush(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(false);
      return true;
    }
  }

  /// Random reads, writes and syncs of any alignment in one part of the file.
  ///
  /// @return what the part should hold
  private static byte[] usePart(Path file, int part, Random random) throws IOException {
    byte[] model = new byte[PART_BYTES];
    long start = (long) part * PART_BYTES;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int step = 0; step < STEPS; step++) {
        int at = random.nextInt(PART_BYTES);
        int length = 1 + random.nextInt(Math.min(PART_BYTES - at, 300_000));
        if (random.nextInt(3) == 0) {
          byte[] read = new byte[length];
          channel.read(ByteBuffer.wrap(read), start + at);
          assertThat(Arrays.equals(read, 0, length, model, at, at + length))
              .as("part %d, step %d: %d bytes at %d", part, step, length, at)
              .isTrue();
          continue;
        }
        byte[] written = new byte[length];
        random.nextBytes(written);
        assertThat(channel.write(ByteBuffer.wrap(written), start + at)).isEqualTo(length);
        System.arraycopy(written, 0, model, at, length);
        if (step % 64 == 0) {
          channel.force(false);
        }
      }
    }
    return model;
  }
}
