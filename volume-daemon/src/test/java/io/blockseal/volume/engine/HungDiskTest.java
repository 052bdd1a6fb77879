package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.read;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan.Span;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A disk that does not answer holds up the requests to the chunk concerned, and no others.
@Timeout(60)
final class HungDiskTest {
  @ParameterizedTest
  @EnumSource
  void otherChunksGoOnWhileARequestHangs(CipherSpec cipher) throws Exception {
    MemoryDisk disk = Bench.created(cipher, 3 * CHUNK);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Volume volume = Bench.open(disk, cipher)) {
      write(volume, 0, bytes(1, 16 * UNIT));
      write(volume, CHUNK, bytes(2, 16 * UNIT));
      disk.faults()
          .arm(
              Fault.HANG,
              1,
              Span.ONWARDS,
              call -> call.is("read") && Thread.currentThread().getName().equals("held up"));
      CompletableFuture<byte[]> hung =
          CompletableFuture.supplyAsync(
              () -> readAll(volume), task -> Thread.ofVirtual().name("held up").start(task));
      disk.faults().awaitHanging();

      write(volume, CHUNK + UNIT, bytes(3, 16 * UNIT));
      volume.flush();
      assertThat(read(volume, CHUNK + UNIT, 16 * UNIT)).isEqualTo(bytes(3, 16 * UNIT));
      assertThat(volume.describe().volumeId()).isEqualTo(Bench.ID);
      Future<Boolean> writer =
          threads.submit(
              () -> {
                volume.discard(0, UNIT);
                return true;
              });
      assertThat(hung).isNotDone();

      disk.faults().disarm();
      assertThat(hung.get()).isEqualTo(bytes(1, 16 * UNIT));
      assertThat(writer.get()).isTrue();
    }
  }

  private static byte[] readAll(Volume volume) {
    try {
      return read(volume, 0, 16 * UNIT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
