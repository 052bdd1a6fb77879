package io.blockseal.volume.engine;

import io.blockseal.bench.TemporaryDirectory;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How fast does a GCM volume take writes over units that were written before, which go through its
/// journal, and what does a flush after each of them cost?
///
/// One operation writes `sizeBytes` at a random place of [#WRITTEN_BYTES]. Checkpoints run beside
/// it, as they do in the daemon, so a long run shows the rate that the volume keeps up.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it measures
public class JournalAppendBenchmark {
  /// Large enough for the longest journal that there is.
  private static final long VOLUME_BYTES = 1L << 30;

  /// What is written before, and over.
  private static final int WRITTEN_BYTES = 256 << 20;

  private static final int FILL_BYTES = 1 << 20;

  @Param({"4096", "131072"})
  private int sizeBytes;

  private final SplittableRandom places = new SplittableRandom(1);
  private ByteBuffer source = ByteBuffer.allocate(0);
  private TemporaryDirectory directory;
  private BenchVolume file;
  private Volume volume;

  @Setup
  public void fill() throws IOException {
    directory = TemporaryDirectory.create();
    file = BenchVolume.create(directory.path(), CipherSpec.AES_256_GCM, VOLUME_BYTES);
    volume = file.open();
    ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    for (int at = 0; at < WRITTEN_BYTES; at += FILL_BYTES) {
      volume.write(at, zeros.clear());
    }
    volume.flush();
    source = ByteBuffer.allocateDirect(sizeBytes);
  }

  @TearDown
  public void close() throws IOException {
    try (var _ = directory;
        var _ = file;
        var _ = volume) {
      // The volume first, the directory last.
    }
  }

  @Benchmark
  public void write() throws IOException {
    volume.write(place(), source.clear());
  }

  @Benchmark
  public void writeAndFlush() throws IOException {
    volume.write(place(), source.clear());
    volume.flush();
  }

  private long place() {
    return (long) places.nextInt(WRITTEN_BYTES / sizeBytes) * sizeBytes;
  }
}
