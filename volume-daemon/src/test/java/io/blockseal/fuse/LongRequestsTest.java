package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.volume.engine.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongRequestsTest {
  private static final int PIECE = LongRequests.PIECE_BYTES;
  private static final int SIZE = 64 * PIECE;

  private final LongRequests requests = LongRequests.start(2);

  @AfterEach
  void stopTheHelpers() {
    requests.close();
  }

  @Test
  void everyByteIsWrittenAndReadOnceWhereverTheRequestBegins() throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    for (int round = 0; round < 300; round++) {
      RamDevice device = new RamDevice(SIZE);
      int offset = random.nextInt(SIZE / 2);
      int length = LongRequests.SHARED_FROM_BYTES + random.nextInt(SIZE / 4);
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      ByteBuffer source = ByteBuffer.allocateDirect(length + 5).position(5).put(bytes).position(5);

      requests.write(device, offset, source);
      assertThat(source.hasRemaining()).isFalse();

      ByteBuffer target = ByteBuffer.allocate(length);
      requests.read(device, offset, target);
      assertThat(target.hasRemaining()).isFalse();
      assertThat(target.array()).as("round %d, %d at %d", round, length, offset).isEqualTo(bytes);
    }
  }

  @Test
  void piecesBeginAndEndAtMultiplesOfTheirLength() throws IOException {
    Recorder recorder = new Recorder();

    requests.write(recorder, PIECE - 4096, ByteBuffer.allocate(3 * PIECE));

    assertThat(recorder.writes)
        .containsExactlyInAnyOrder(
            new Extent(PIECE - 4096, 4096),
            new Extent(PIECE, PIECE),
            new Extent(2 * PIECE, PIECE),
            new Extent(3 * PIECE, PIECE - 4096));
  }

  @Test
  void aShortRequestIsLeftWhole() throws IOException {
    Recorder recorder = new Recorder();

    requests.write(recorder, 0, ByteBuffer.allocate(LongRequests.SHARED_FROM_BYTES - 1));

    assertThat(recorder.writes).hasSize(1);
  }

  @Test
  void whatOnePieceFailsWithTheRequestFailsWith() {
    Recorder recorder = new Recorder();
    for (int bad = 0; bad < 8; bad++) {
      recorder.failAt = bad * (long) PIECE;
      assertThatThrownBy(() -> requests.write(recorder, 0, ByteBuffer.allocate(8 * PIECE)))
          .isInstanceOf(IOException.class)
          .hasMessage("no room at " + recorder.failAt);
    }
  }

  @Test
  void manyCallersShareFewHelpers() throws Exception {
    RamDevice device = new RamDevice(SIZE);
    try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all =
          IntStream.range(0, 8)
              .<Future<?>>mapToObj(
                  caller ->
                      callers.submit(
                          () -> {
                            byte[] mine = new byte[4 * PIECE];
                            for (int round = 0; round < 200; round++) {
                              Arrays.fill(mine, (byte) (caller + round));
                              requests.write(device, caller * 4L * PIECE, ByteBuffer.wrap(mine));
                              ByteBuffer back = ByteBuffer.allocate(mine.length);
                              requests.read(device, caller * 4L * PIECE, back);
                              assertThat(back.array()).isEqualTo(mine);
                            }
                            return null;
                          }))
              .toList();
      for (Future<?> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
  }

  /// Requests so short that one caller's has just ended when the next one begins with its helper.
  @Test
  void aHelperGoesFromOneCallerToTheNext() throws Exception {
    RamDevice device = new RamDevice(SIZE);
    try (LongRequests one = LongRequests.start(1);
        ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all =
          IntStream.range(0, 4)
              .<Future<?>>mapToObj(
                  caller ->
                      callers.submit(
                          () -> {
                            ByteBuffer bytes = ByteBuffer.allocate((2 + caller) * PIECE);
                            for (int round = 0; round < 5000; round++) {
                              one.read(device, caller * 8L * PIECE, bytes.clear());
                              assertThat(bytes.position()).isEqualTo((2 + caller) * PIECE);
                              assertThat(bytes.limit()).isEqualTo((2 + caller) * PIECE);
                            }
                            return null;
                          }))
              .toList();
      for (Future<?> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void aCallerGoesOnWithoutHelpersThatAreBusy() throws Exception {
    CountDownLatch entered = new CountDownLatch(3);
    CountDownLatch proceed = new CountDownLatch(1);
    SlowDevice slow = new SlowDevice(entered, proceed);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> stuck =
          other.submit(
              () -> {
                requests.read(slow, 0, ByteBuffer.allocate(8 * PIECE));
                return null;
              });
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

      RamDevice device = new RamDevice(SIZE);
      requests.write(device, 0, ByteBuffer.allocate(8 * PIECE));

      proceed.countDown();
      stuck.get(30, TimeUnit.SECONDS);
    }
  }

  private record Extent(long offset, int length) {}

  /// Notes what is written where, and fails at one place.
  private static final class Recorder implements BlockDevice {
    final List<Extent> writes = new CopyOnWriteArrayList<>();
    volatile long failAt = -1;

    @Override
    public long sizeBytes() {
      return SIZE;
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      target.position(target.limit());
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
      if (offset == failAt) {
        throw new IOException("no room at " + offset);
      }
      writes.add(new Extent(offset, source.remaining()));
      source.position(source.limit());
    }

    @Override
    public void discard(long offset, long lengthBytes) {
      throw new AssertionError("nobody discards here");
    }

    @Override
    public void flush() {
      throw new AssertionError("nobody flushes here");
    }
  }
}
