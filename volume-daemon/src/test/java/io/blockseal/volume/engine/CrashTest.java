package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Short random histories of a volume, each ended by crashes at arbitrary calls of the disk, and
/// what is found afterwards.
///
/// A failure names its seed; `-Dblockseal.seed=<n>` repeats that history alone, and
/// `-Dblockseal.soak=<n>` runs n times as many.
final class CrashTest {
  private static final int SIZE = 2 * CHUNK + 32 * UNIT;
  private static final int[] HOT = {0, 120, 240};
  private static final int HOT_UNITS = 16;

  /// Held, so that the level set here stays.
  private static final Logger LOGGER = Logger.getLogger("io.blockseal.volume");

  @BeforeAll
  static void beSilent() {
    // Crashes leave header copies and epoch tables that differ, which is worth a warning each time.
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    LOGGER.setLevel(null);
  }

  @ParameterizedTest
  @CsvSource({"AES_256_GCM, 512, 800", "AES_256_XTS, 4096, 150", "NONE, 4096, 150"})
  void survives(CipherSpec cipher, int atomBytes, int histories) throws IOException {
    MemoryDisk fresh = new MemoryDisk(atomBytes);
    Bench.create(fresh, Bench.spec(cipher, SIZE), Bench.TINY_JOURNAL);
    Long only = Long.getLong("blockseal.seed");
    long first = only != null ? only : System.nanoTime();
    long count = only != null ? 1 : histories * Long.getLong("blockseal.soak", 1);
    for (long seed = first; seed < first + count; seed++) {
      try {
        new History(fresh.copy(), cipher, new Random(seed)).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("%s, -Dblockseal.seed=%d".formatted(cipher, seed), e);
      }
    }
  }

  /// One history.
  private static final class History {
    private final MemoryDisk disk;
    private final CipherSpec cipher;
    private final Random random;
    private final UnitModel model = new UnitModel();

    History(MemoryDisk disk, CipherSpec cipher, Random random) {
      this.disk = disk;
      this.cipher = cipher;
      this.random = random;
    }

    void run() throws IOException {
      int crashes = 1 + random.nextInt(4);
      for (int crash = 0; crash < crashes; crash++) {
        disk.failAfter(random.nextInt(random.nextBoolean() ? 25 : 250));
        try {
          requestsUntilItFails();
        } catch (IOException e) {
          // The disk went away, as it was told to.
        }
        boolean powerLost = random.nextBoolean();
        if (powerLost) {
          disk.losePower(random);
        } else {
          disk.kill();
        }
        openAgain(powerLost);
      }
    }

    private void requestsUntilItFails() throws IOException {
      Volume volume = Bench.open(disk, cipher, Bench.TINY_JOURNAL);
      for (int step = 0; step < 60; step++) {
        long offset = (long) (HOT[random.nextInt(HOT.length)] + random.nextInt(HOT_UNITS)) * UNIT;
        int length = (1 + random.nextInt(HOT_UNITS)) * UNIT;
        if (random.nextInt(3) == 0) {
          offset += random.nextInt(UNIT);
          length = 1 + random.nextInt(length);
        }
        length = (int) Math.min(length, SIZE - offset);
        switch (random.nextInt(16)) {
          case 0, 1 -> {
            volume.flush();
            model.flushed();
          }
          case 2, 3 -> {
            model.writing(offset, new byte[length]);
            volume.discard(offset, length);
            model.settled();
          }
          case 4 -> {
            volume.close();
            model.flushed();
            volume = Bench.open(disk, cipher, Bench.TINY_JOURNAL);
          }
          case 5, 6, 7 ->
              assertThat(Bench.read(volume, offset, length)).isEqualTo(model.range(offset, length));
          default -> {
            byte[] content = UnitModel.content(random, length);
            model.writing(offset, content);
            Bench.write(volume, offset, content);
            model.settled();
          }
        }
      }
    }

    private void openAgain(boolean powerLost) throws IOException {
      boolean lost = powerLost;
      while (random.nextInt(3) == 0) {
        disk.failAfter(random.nextInt(20));
        try {
          Bench.open(disk, cipher, Bench.TINY_JOURNAL).close();
        } catch (IOException e) {
          // It died while it opened, or closed again.
        }
        if (random.nextBoolean()) {
          disk.losePower(random);
          lost = true;
        } else {
          disk.kill();
        }
      }
      try (Volume volume =
          random.nextInt(4) == 0
              ? Bench.open(disk, cipher, OpenOptions.forReading())
              : Bench.open(disk, cipher, Bench.TINY_JOURNAL)) {
        for (int hot : HOT) {
          observe(volume, hot, lost);
        }
      }
      model.observedAll(lost);
    }

    private void observe(Volume volume, int firstUnit, boolean lost) throws IOException {
      byte[] found = Bench.read(volume, (long) firstUnit * UNIT, 2 * HOT_UNITS * UNIT);
      for (int i = 0; i < 2 * HOT_UNITS; i++) {
        byte[] unit = Arrays.copyOfRange(found, i * UNIT, (i + 1) * UNIT);
        if (!model.observe(firstUnit + i, unit, lost)) {
          fail("unit %d holds %02x..., which nobody wrote", firstUnit + i, unit[0]);
        }
      }
    }
  }
}
