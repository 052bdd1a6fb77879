package io.blockseal.snapshot;

import io.blockseal.bench.TemporaryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does a chunk cost on its way into a snapshot and out of it: its digest, storing it as a
/// file, and reading it back with a check of its digest?
///
/// One operation handles one chunk of `sizeBytes`. What is stored is new every time, and synced as
/// often as the snapshot store does; what is read is in the page cache.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it measures
public class ChunkCopyBenchmark {
  @Param("524288")
  private int sizeBytes;

  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);
  private ChunkDigest digest = new ChunkDigest(0, 0, 0, 0);
  private TemporaryDirectory directory;
  private DirectoryChunkStore store;
  private long stored;

  @Setup
  public void open() throws IOException {
    chunk = ByteBuffer.allocateDirect(sizeBytes);
    target = ByteBuffer.allocateDirect(sizeBytes);
    for (int at = 0; at < sizeBytes; at += Long.BYTES) {
      chunk.putLong(at, at);
    }
    digest = ChunkDigest.of(chunk);
    directory = TemporaryDirectory.create();
    store = DirectoryChunkStore.open(directory.path().resolve("chunks"));
    store.put(digest, chunk);
    store.sync();
  }

  /// Makes room for what the next iteration stores.
  @TearDown(Level.Iteration)
  public void deleteStored() throws IOException {
    List<ChunkDigest> all = new ArrayList<>();
    store.forEach(all::add);
    for (ChunkDigest each : all) {
      if (!each.equals(digest)) {
        store.delete(each);
      }
    }
  }

  @TearDown
  public void close() throws IOException {
    try (var _ = directory) {
      store.close();
    }
  }

  @Benchmark
  public ChunkDigest digest() {
    return ChunkDigest.of(chunk);
  }

  /// Under a name that is made up: a store takes the digest from its caller.
  @Benchmark
  public boolean put() throws IOException {
    boolean fresh = store.put(new ChunkDigest(++stored << 40, stored, 0, 0), chunk);
    store.relieve();
    return fresh;
  }

  @Benchmark
  public ByteBuffer get() throws IOException {
    store.get(digest, target.clear());
    return target;
  }
}
