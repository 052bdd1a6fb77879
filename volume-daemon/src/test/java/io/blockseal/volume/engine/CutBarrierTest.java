package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.created;
import static io.blockseal.volume.engine.Bench.open;
import static io.blockseal.volume.engine.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class CutBarrierTest {
  private static final CipherSpec XTS = CipherSpec.AES_256_XTS;

  @Test
  void tellsTheSinkThatItIsLostBeforeTheChunkChanges() throws IOException {
    MemoryDisk disk = created(XTS, 2 * CHUNK);
    try (Volume volume = open(disk, XTS)) {
      write(volume, 0, bytes(1, CHUNK));
      List<String> events = new ArrayList<>();
      Cut cut = volume.cut(new ListeningSink(events));
      disk.faults()
          .arm(
              Fault.EIO,
              1,
              FaultPlan.Span.ONWARDS,
              call -> {
                if (call.is("write")) {
                  events.add("change");
                }
                return call.is("read");
              });

      write(volume, 0, bytes(2, UNIT));

      assertThat(events).startsWith("lost").contains("change");
      disk.faults().disarm();
      assertThatThrownBy(() -> cut.copyRemaining(ProgressListener.SILENT))
          .isInstanceOf(IOException.class);
      cut.close();
    }
  }

  @Test
  @Timeout(60)
  void doesNotWaitForAStreamOfRequestsToEnd() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    try (Volume volume = open(created(XTS, 4 * CHUNK), XTS)) {
      for (int writer = 0; writer < 4; writer++) {
        writers.add(Thread.ofVirtual().start(() -> writeUntil(stop, volume)));
      }
      Thread.sleep(50);
      long start = System.nanoTime();
      for (int n = 0; n < 10; n++) {
        volume.cut(new ListeningSink(new ArrayList<>())).close();
      }

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      stop.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  private static void writeUntil(AtomicBoolean stop, Volume volume) {
    byte[] content = bytes(3, 16 * UNIT);
    try {
      for (int n = 0; !stop.get(); n++) {
        write(volume, n % 4L * CHUNK, content);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Notes what it hears.
  private record ListeningSink(List<String> events) implements CutSink {
    @Override
    public void chunk(long chunk, @Nullable ByteBuffer stored) {
      events.add("chunk " + chunk);
    }

    @Override
    public void lost(Throwable reason) {
      events.add("lost");
    }
  }
}
