package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.cipher.GcmLedger;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.DirectoryFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A volume in real files whose checkpoints run beside writers, readers, discards and flushes.
///
/// Units belong to the workers in groups of four, by turns; a worker knows what its units hold, and
/// those of all share chunks, tag pages and journal. Reads span units of several owners: they check
/// the reader's own ones, and that every other unit is one that its owner wrote, and not a mix. A
/// failure names its seed, and `-Dblockseal.seed=<n>` repeats the requests, if not their order.
final class ConcurrentFilesTest {
  private static final int SIZE = 3 * CHUNK + 7 * UNIT;
  private static final int UNITS = SIZE / UNIT;
  private static final int WORKERS = 4;
  private static final int GROUP = 4;

  /// The end of a unit, which is also written by itself.
  private static final int PATCH_BYTES = 512;

  private static final int REQUESTS = 300;
  private static final int ROUNDS = 3;

  /// A checkpoint every few dozen requests, and a page cache that is always too small.
  private static final Tuning TUNING = new Tuning(512 << 10, 64, 2, true, 2);

  @TempDir private Path directory;

  private final MemoryWitness witness = new MemoryWitness();

  @ParameterizedTest
  @EnumSource
  void everyReaderFindsWhatWasWritten(CipherSpec cipher) throws Exception {
    long seed = Long.getLong("blockseal.seed", System.nanoTime());
    Path file = create(cipher);
    List<Worker> workers = new ArrayList<>();
    for (int index = 0; index < WORKERS; index++) {
      workers.add(new Worker(index, new Random(seed + index)));
    }
    try (GcmLedger ledger = GcmLedger.open()) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Volume volume = open(file, cipher)) {
          runAll(workers.stream().<Callable<Void>>map(worker -> () -> worker.run(volume)).toList());
          checkAll(volume, workers);
          checkCheckpoints(file, cipher);
        }
        try (Volume volume = open(file, cipher)) {
          checkAll(volume, workers);
        }
      }
      assertThat(ledger.repeated()).isEmpty();
      assertThat(ledger.count() > 0).isEqualTo(cipher == CipherSpec.AES_256_GCM);
    } catch (AssertionError | ExecutionException e) {
      throw new AssertionError("%s, -Dblockseal.seed=%d".formatted(cipher, seed), e);
    }
  }

  /// Closed in the midst of requests: each is served whole or refused, and what was served is
  /// there.
  @Test
  void aCloseWaitsForRequestsAndRefusesLaterOnes() throws Exception {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    Path file = create(cipher);
    List<Worker> workers = new ArrayList<>();
    for (int index = 0; index < WORKERS; index++) {
      workers.add(new Worker(index, new Random(index)));
    }
    Volume volume = open(file, cipher);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (Worker worker : workers) {
      tasks.add(() -> worker.runUntilClosed(volume));
    }
    tasks.add(
        () -> {
          Thread.sleep(300);
          volume.close();
          return null;
        });
    runAll(tasks);
    try (Volume again = open(file, cipher)) {
      checkAll(again, workers);
    }
  }

  private Path create(CipherSpec cipher) throws IOException {
    Path file = directory.resolve("vol.blockseal");
    try (var files = DirectoryFiles.create(file);
        SecretBytes key = Bench.keyFor(cipher)) {
      VolumeOpening.create(files, Bench.spec(cipher, SIZE), key, TUNING);
    }
    assertThat(Files.size(file)).isGreaterThan(SIZE);
    return file;
  }

  private Volume open(Path file, CipherSpec cipher) throws IOException {
    try (SecretBytes key = Bench.keyFor(cipher)) {
      return VolumeOpening.open(
          DirectoryFiles.open(file),
          key,
          OpenOptions.writable().witnessedBy(witness),
          new SecureRandom(),
          TUNING,
          new PageCache(8));
    }
  }

  private static void runAll(List<Callable<Void>> tasks) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    }
  }

  private static void checkAll(Volume volume, List<Worker> workers) throws IOException {
    byte[] content = Bench.read(volume, 0, SIZE);
    for (int unit = 0; unit < UNITS; unit++) {
      assertThat(Arrays.copyOfRange(content, unit * UNIT, (unit + 1) * UNIT))
          .describedAs("unit %d", unit)
          .isEqualTo(workers.get(owner(unit)).expected(unit));
    }
  }

  /// The journal went round many times, so checkpoints ran beside the requests.
  private static void checkCheckpoints(Path file, CipherSpec cipher) throws IOException {
    if (cipher.tagged()) {
      VolumeReport.Journal journal =
          Objects.requireNonNull(VolumeInspector.inspect(file).journal());
      assertThat(journal.segments()).anyMatch(segment -> segment.number() > 10);
    }
  }

  private static int owner(int unit) {
    return unit / GROUP % WORKERS;
  }

  /// One client. Confined to one thread at a time.
  private static final class Worker {
    private final int index;
    private final Random random;

    /// What each of its units holds; zeros if null.
    private final byte[][] model = new byte[UNITS][];

    Worker(int index, Random random) {
      this.index = index;
      this.random = random;
    }

    byte[] expected(int unit) {
      byte[] content = model[unit];
      return content == null ? new byte[UNIT] : content;
    }

    Void run(Volume volume) throws IOException {
      for (int request = 0; request < REQUESTS; request++) {
        step(volume);
      }
      return null;
    }

    Void runUntilClosed(Volume volume) throws IOException {
      try {
        while (true) {
          step(volume);
        }
      } catch (VolumeClosedException e) {
        return null;
      }
    }

    private void step(Volume volume) throws IOException {
      int unit = ownUnit();
      int count = Math.min(1 + random.nextInt(GROUP - unit % GROUP), UNITS - unit);
      switch (random.nextInt(12)) {
        case 0 -> {
          volume.discard((long) unit * UNIT, (long) count * UNIT);
          Arrays.fill(model, unit, unit + count, null);
        }
        case 1 -> volume.flush();
        case 2, 3 -> patch(volume, unit);
        case 4, 5, 6 -> readAround(volume, unit);
        default -> {
          byte[] content = stamped(unit, count);
          Bench.write(volume, (long) unit * UNIT, content);
          for (int i = 0; i < count; i++) {
            model[unit + i] = Arrays.copyOfRange(content, i * UNIT, (i + 1) * UNIT);
          }
        }
      }
    }

    private int ownUnit() {
      int unit = random.nextInt(UNITS);
      while (owner(unit) != index) {
        unit = random.nextInt(UNITS);
      }
      return unit;
    }

    /// Writes a few bytes at the end of a unit.
    private void patch(Volume volume, int unit) throws IOException {
      byte[] patch = Bench.bytes(random.nextInt(), 1 + random.nextInt(PATCH_BYTES));
      Bench.write(volume, (unit + 1L) * UNIT - patch.length, patch);
      byte[] content = expected(unit).clone();
      System.arraycopy(patch, 0, content, UNIT - patch.length, patch.length);
      model[unit] = content;
    }

    private void readAround(Volume volume, int unit) throws IOException {
      int first = Math.max(0, unit - random.nextInt(20));
      int end = Math.min(UNITS, unit + 1 + random.nextInt(20));
      byte[] found = Bench.read(volume, (long) first * UNIT, (end - first) * UNIT);
      for (int i = first; i < end; i++) {
        byte[] content = Arrays.copyOfRange(found, (i - first) * UNIT, (i - first + 1) * UNIT);
        if (owner(i) == index) {
          assertThat(content).describedAs("own unit %d", i).isEqualTo(expected(i));
        } else {
          assertWhole(i, content);
        }
      }
    }

    /// Units of eight bytes over and over: the unit's number and a draw.
    private byte[] stamped(int unit, int count) {
      ByteBuffer content = ByteBuffer.allocate(count * UNIT);
      for (int i = 0; i < count; i++) {
        int draw = random.nextInt();
        while (content.position() < (i + 1) * UNIT) {
          content.putInt(unit + i).putInt(draw);
        }
      }
      return content.array();
    }

    private static void assertWhole(int unit, byte[] content) {
      for (int i = 8; i < UNIT - PATCH_BYTES; i++) {
        if (content[i] != content[i - 8]) {
          throw new AssertionError("unit %d is a mix of two from byte %d on".formatted(unit, i));
        }
      }
      ByteBuffer stamp = ByteBuffer.wrap(content);
      if (stamp.getInt(0) != unit && stamp.getLong(0) != 0) {
        throw new AssertionError("unit %d holds unit %d".formatted(unit, stamp.getInt(0)));
      }
    }
  }
}
