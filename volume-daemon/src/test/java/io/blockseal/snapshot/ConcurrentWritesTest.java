package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.UNIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Snapshots of a volume while writers run: each holds the exact state of one moment.
///
/// Every writer has units of its own and numbers its writes. So what a snapshot holds of a writer
/// must be the state after its first n writes, for some n; and if a snapshot has a write, it has
/// every write of anybody that had ended before that one began.
class ConcurrentWritesTest {
  private static final int CHUNKS = 6;
  private static final int WRITERS = 3;
  private static final int SNAPSHOTS = 8;

  @TempDir private Path directory;

  /// One write: which unit, and when it began and ended in the order of all beginnings and ends.
  private record Write(long unit, long began, long ended) {}

  @ParameterizedTest
  @EnumSource(CipherSpec.class)
  void eachSnapshotIsOneMoment(CipherSpec cipher) throws Exception {
    long seed = Long.getLong("seed", new Random().nextLong());
    AtomicLong time = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    Map<String, long[]> windows = new LinkedHashMap<>();
    List<List<Write>> logs = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (SnapshotLab lab =
            SnapshotLab.open(directory, new InMemoryMetadataStore(), new MemoryChunkStore());
        Volume volume = lab.newVolume("vol-1", CHUNKS * CHUNK, cipher)) {
      for (int writer = 0; writer < WRITERS; writer++) {
        List<Write> log = new ArrayList<>();
        Random random = new Random(seed + writer);
        int which = writer;
        logs.add(log);
        threads.add(Thread.ofVirtual().start(() -> write(volume, which, random, log, time, stop)));
      }
      List<SnapshotTask> tasks = new ArrayList<>();
      for (int n = 0; n < SNAPSHOTS; n++) {
        Thread.sleep(10);
        String id = "snap-" + n;
        long before = time.incrementAndGet();
        tasks.add(lab.store().take(id, CutSource.of(volume)));
        windows.put(id, new long[] {before, time.incrementAndGet()});
      }
      tasks.forEach(SnapshotLab::await);
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      for (String id : windows.keySet()) {
        try {
          check(lab.contentOf(id, "vol-1"), logs, windows.get(id));
        } catch (AssertionError e) {
          throw new AssertionError(id + ", replay with -Dseed=" + seed, e);
        }
      }
    }
  }

  private static void write(
      Volume volume,
      int writer,
      Random random,
      List<Write> log,
      AtomicLong time,
      AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        long unit = (long) random.nextInt(CHUNKS * CHUNK / UNIT / WRITERS) * WRITERS + writer;
        ByteBuffer bytes = ByteBuffer.allocate(UNIT);
        for (int at = 0; at < UNIT; at += 8) {
          bytes.putLong(at, log.size() + 1);
        }
        long began = time.incrementAndGet();
        volume.write(unit * UNIT, bytes);
        log.add(new Write(unit, began, time.incrementAndGet()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(byte[] content, List<List<Write>> logs, long[] window) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    long newestBeginning = 0;
    long oldestMissingEnd = Long.MAX_VALUE;
    for (int writer = 0; writer < WRITERS; writer++) {
      List<Write> log = logs.get(writer);
      int included = 0;
      for (long unit = writer; unit < CHUNKS * CHUNK / UNIT; unit += WRITERS) {
        included = Math.max(included, (int) bytes.getLong(Math.toIntExact(unit * UNIT)));
      }
      long[] expected = new long[CHUNKS * CHUNK / UNIT];
      for (int n = 0; n < included; n++) {
        expected[(int) log.get(n).unit()] = n + 1L;
        newestBeginning = Math.max(newestBeginning, log.get(n).began());
      }
      for (long unit = writer; unit < expected.length; unit += WRITERS) {
        for (int at = 0; at < UNIT; at += 8) {
          long found = bytes.getLong((int) unit * UNIT + at);
          if (found != expected[(int) unit]) {
            assertThat(found).as("unit %d byte %d", unit, at).isEqualTo(expected[(int) unit]);
          }
        }
      }
      if (included < log.size()) {
        oldestMissingEnd = Math.min(oldestMissingEnd, log.get(included).ended());
      }
    }
    assertThat(newestBeginning).as("newest write").isLessThan(window[1]);
    assertThat(oldestMissingEnd).as("oldest missing write").isGreaterThan(window[0]);
    assertThat(newestBeginning).as("order of writes").isLessThan(oldestMissingEnd);
  }
}
