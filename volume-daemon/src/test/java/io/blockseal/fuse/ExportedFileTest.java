package io.blockseal.fuse;

import static io.blockseal.fuse.ExportedFile.FALLOC_KEEP_SIZE;
import static io.blockseal.fuse.ExportedFile.FALLOC_PUNCH_HOLE;
import static io.blockseal.fuse.ExportedFile.FALLOC_ZERO_RANGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockseal.volume.engine.ReadOnlyVolumeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ExportedFileTest {
  private static final int SIZE = 8192;

  private final RamDevice device = new RamDevice(SIZE);
  private final ExportedFile file =
      new ExportedFile("vol-1", device, Map.of(), 2, 0, LongRequests.start(0));

  @Test
  void aReadEndsWithTheFile() throws IOException {
    assertThat(file.read(SIZE - 10, ByteBuffer.allocate(4096))).isEqualTo(10);
    assertThat(file.read(SIZE, ByteBuffer.allocate(4096))).isZero();
    assertThat(file.read(Long.MAX_VALUE, ByteBuffer.allocate(4096))).isZero();
  }

  @Test
  void aWriteThatDoesNotFitWritesNothing() throws IOException {
    assertThat(file.write(SIZE - 10, ByteBuffer.allocate(10))).isEqualTo(10);
    long before = device.allocatedBytes();

    assertThat(errno(() -> file.write(SIZE - 10, ByteBuffer.allocate(11)))).isEqualTo(Errno.EFBIG);
    assertThat(errno(() -> file.write(Long.MAX_VALUE, ByteBuffer.allocate(1))))
        .isEqualTo(Errno.EFBIG);
    assertThat(errno(() -> file.write(-1, ByteBuffer.allocate(1)))).isEqualTo(Errno.EINVAL);
    assertThat(device.allocatedBytes()).isEqualTo(before);
  }

  @Test
  void aHoleIsDiscardedAsFarAsTheFileGoes() throws IOException {
    file.allocate(FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE, 4096, Long.MAX_VALUE);
    assertThat(device.discardedBytes()).isEqualTo(4096);
    file.allocate(FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE, SIZE, 4096);
    assertThat(device.discardedBytes()).isEqualTo(4096);
  }

  @Test
  void aZeroedRangeInsideIsDiscarded() throws IOException {
    file.allocate(FALLOC_ZERO_RANGE, 0, 512);
    assertThat(device.discardedBytes()).isEqualTo(512);
    assertThat(errno(() -> file.allocate(FALLOC_ZERO_RANGE, 0, SIZE + 1))).isEqualTo(Errno.EFBIG);
  }

  @Test
  void allocationReservesNothingAndStaysInside() throws IOException {
    file.allocate(0, 0, SIZE);
    file.allocate(FALLOC_KEEP_SIZE, 0, 2 * SIZE);
    assertThat(device.allocatedBytes()).isZero();
    assertThat(device.discardedBytes()).isZero();

    assertThat(errno(() -> file.allocate(0, 1, SIZE))).isEqualTo(Errno.EFBIG);
    assertThat(errno(() -> file.allocate(0, 0, Long.MAX_VALUE))).isEqualTo(Errno.EFBIG);
    assertThat(errno(() -> file.allocate(0, 0, 0))).isEqualTo(Errno.EINVAL);
    assertThat(errno(() -> file.allocate(0, -1, 10))).isEqualTo(Errno.EINVAL);
    assertThat(errno(() -> file.allocate(0x08, 0, 4096))).isEqualTo(Errno.EOPNOTSUPP);
  }

  @Test
  void theSizeCannotBeChanged() throws IOException {
    file.truncate(SIZE);
    assertThat(errno(() -> file.truncate(0))).isEqualTo(Errno.EPERM);
    assertThat(errno(() -> file.truncate(SIZE + 1))).isEqualTo(Errno.EPERM);
  }

  @Test
  void aReadOnlyDeviceIsReadAndFlushedOnly() throws IOException {
    device.makeReadOnly();

    assertThat(file.read(0, ByteBuffer.allocate(1))).isEqualTo(1);
    file.flush();
    assertThat(errno(() -> file.write(0, ByteBuffer.allocate(1)))).isEqualTo(Errno.EROFS);
    assertThat(errno(() -> file.allocate(FALLOC_ZERO_RANGE, 0, 1))).isEqualTo(Errno.EROFS);
  }

  @Test
  void aFlushOfWhatMayBeLostIsAnInputOutputError() {
    device.fail(new ReadOnlyVolumeException("vol-1", new IOException("unplugged")));

    assertThat(errno(file::flush)).isEqualTo(Errno.EIO);
    assertThat(errno(() -> file.write(0, ByteBuffer.allocate(1)))).isEqualTo(Errno.EROFS);
  }

  @Test
  void afterWithdrawalTheDeviceIsNotTouched() throws IOException {
    file.withdraw();
    device.fail(new IllegalStateException("touched"));

    assertThat(errno(() -> file.read(0, ByteBuffer.allocate(1)))).isEqualTo(Errno.ENODEV);
    assertThat(errno(() -> file.write(0, ByteBuffer.allocate(1)))).isEqualTo(Errno.ENODEV);
    assertThat(errno(file::flush)).isEqualTo(Errno.ENODEV);
    assertThat(errno(() -> file.allocate(0, 0, 1))).isEqualTo(Errno.ENODEV);
    assertThat(errno(() -> file.truncate(SIZE))).isEqualTo(Errno.ENODEV);
    assertThat(errno(file::facts)).isEqualTo(Errno.ENODEV);
  }

  @Test
  void withdrawalWaitsForTheRequestInFlight() throws Exception {
    var entered = new CountDownLatch(1);
    var proceed = new CountDownLatch(1);
    var slow =
        new ExportedFile(
            "vol-2", new SlowDevice(entered, proceed), Map.of(), 3, 0, LongRequests.start(0));
    Thread reader = Thread.ofPlatform().start(() -> read(slow));
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

    var withdrawn = new CountDownLatch(1);
    Thread.ofPlatform()
        .start(
            () -> {
              assertThat(catchThrowableOfType(IOException.class, slow::withdraw)).isNull();
              withdrawn.countDown();
            });
    assertThat(withdrawn.await(50, TimeUnit.MILLISECONDS)).isFalse();
    proceed.countDown();
    assertThat(withdrawn.await(10, TimeUnit.SECONDS)).isTrue();
    reader.join();
  }

  private static void read(ExportedFile file) {
    try {
      file.read(0, ByteBuffer.allocate(1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Errno errno(ThrowingCallable request) {
    IOException failure = catchThrowableOfType(IOException.class, request);
    assertThat(failure).isNotNull();
    return Errno.of(failure);
  }
}
