package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fuse.kernel.DeviceExchange;
import io.blockseal.fuse.kernel.FileDevice;
import io.blockseal.fuse.kernel.FuseExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelOperationsTest {
  private static final Logger LOGGER = Logger.getLogger("io.blockseal.fuse");

  /// What tells of a failed request finds no memory: the request has to be answered all the same,
  /// since its caller cannot even be killed.
  @Test
  void aRequestIsAnsweredThoughNobodyCanBeToldOfItsFailure(@TempDir Path directory)
      throws IOException {
    Path path = Files.createFile(directory.resolve("device"));
    Handler shortOfMemory =
        new Handler() {
          @Override
          public void publish(LogRecord logged) {
            throw new OutOfMemoryError("Java heap space");
          }

          @Override
          public void flush() {
            // Nothing is kept.
          }

          @Override
          public void close() {
            // Nothing is open.
          }
        };
    LOGGER.addHandler(shortOfMemory);
    try (LongRequests none = LongRequests.start(0);
        FileChannel file =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FuseExchange exchange = new DeviceExchange(FileDevice.open(path), 8192)) {
      RamDevice device = new RamDevice(1 << 20);
      ExportedFiles files = new ExportedFiles(InstantSource.system(), () -> 0, none);
      files.publish("vol-1", device, Map.of());
      KernelOperations operations = new KernelOperations(files, new FileOwner(0, 0), true);
      files.open("vol-1", true);
      device.fail(new IOException("Input/output error"));
      ByteBuffer fsync =
          ByteBuffer.allocate(40 + 16).order(ByteOrder.nativeOrder()).putInt(56).putInt(20);
      fsync.putLong(7).putLong(2).clear();
      file.write(fsync, 0);
      assertThat(exchange.receive()).isTrue();
      try {
        operations.answer(exchange);
      } catch (OutOfMemoryError e) {
        // The thread of the transport ends with it.
      }
      assertThat(file.size() - 56).describedAs("bytes of the answer").isEqualTo(16);
    } finally {
      LOGGER.removeHandler(shortOfMemory);
    }
  }
}
