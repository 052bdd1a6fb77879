package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A crash at every single call that a checkpoint makes, and at calls of the recovery after it:
/// whatever was flushed is there, no page fails its authentication, and the witness admits what it
/// finds.
///
/// A failure names its seed; `-Dblockseal.seed=<n>` repeats it, and `-Dblockseal.soak=<n>` tries n
/// times as many.
final class CheckpointCrashTest {
  private static final CipherSpec GCM = CipherSpec.AES_256_GCM;
  private static final int SIZE = 130 * CHUNK;

  /// The chunks that are written: the last one is below another node of level 1.
  private static final int[] CHUNKS = {0, 1, 129};

  private static final Logger LOGGER = Logger.getLogger("io.blockseal.volume");

  @BeforeAll
  static void beSilent() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    LOGGER.setLevel(null);
  }

  @Test
  void everyCallOfACheckpointMayBeTheLast() throws IOException {
    long seed = Long.getLong("blockseal.seed", System.nanoTime());
    long rounds = Long.getLong("blockseal.soak", 1);
    for (long round = seed; round < seed + rounds; round++) {
      Random random = new Random(round);
      MemoryDisk before = prepared();
      boolean crashed = true;
      for (int calls = 0; crashed; calls++) {
        for (boolean powerLost : new boolean[] {false, true, true, true}) {
          try {
            crashed = crash(before.copy(), calls, powerLost, random);
          } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(
                "after %d calls, power lost: %b, -Dblockseal.seed=%d"
                    .formatted(calls, powerLost, round),
                e);
          }
        }
        assertThat(calls).isLessThan(500);
      }
    }
  }

  /// @return whether the volume did not get closed
  private static boolean crash(MemoryDisk disk, int calls, boolean powerLost, Random random)
      throws IOException {
    byte[][] model = new byte[CHUNKS.length][];
    Volume volume = Bench.open(disk, GCM, Bench.TINY_JOURNAL);
    for (int i = 0; i < CHUNKS.length; i++) {
      model[i] = bytes(i, 12 * UNIT);
      change(volume, model, i, random);
    }
    volume.flush();
    disk.failAfter(calls);
    boolean crashed = false;
    try {
      volume.close();
    } catch (IOException e) {
      crashed = true;
    }
    end(disk, powerLost, random);
    boolean mayRead = random.nextBoolean();
    if (mayRead) {
      try (Volume reader = Bench.open(disk, GCM, OpenOptions.forReading())) {
        check(reader, model);
      }
    }
    for (int recoveries = random.nextInt(4); recoveries > 0; recoveries--) {
      disk.failAfter(random.nextInt(30));
      try {
        Bench.open(disk, GCM, Bench.TINY_JOURNAL).close();
      } catch (IOException e) {
        // It died while it opened, or closed again.
      }
      end(disk, random.nextBoolean(), random);
    }
    for (int round = 0; round < 2; round++) {
      try (Volume again = Bench.open(disk, GCM, Bench.TINY_JOURNAL)) {
        check(again, model);
        change(again, model, round, random);
      }
    }
    return crashed;
  }

  private static void end(MemoryDisk disk, boolean powerLost, Random random) {
    if (powerLost) {
      disk.losePower(random);
    } else {
      disk.kill();
    }
  }

  private static MemoryDisk prepared() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    Bench.create(disk, Bench.spec(GCM, SIZE), Bench.TINY_JOURNAL);
    try (Volume volume = Bench.open(disk, GCM, Bench.TINY_JOURNAL)) {
      for (int i = 0; i < CHUNKS.length; i++) {
        Bench.write(volume, (long) CHUNKS[i] * CHUNK, bytes(i, 12 * UNIT));
      }
    }
    return disk;
  }

  /// A write over what is there, a fresh one, and a discard.
  private static void change(Volume volume, byte[][] model, int i, Random random)
      throws IOException {
    long at = (long) CHUNKS[i] * CHUNK;
    byte[] grown = Arrays.copyOf(model[i], Math.max(model[i].length, 20 * UNIT));
    byte[] over = bytes(random.nextInt(), UNIT);
    System.arraycopy(over, 0, grown, 2 * UNIT, UNIT);
    Bench.write(volume, at + 2 * UNIT, over);
    byte[] fresh = bytes(random.nextInt(), 4 * UNIT);
    System.arraycopy(fresh, 0, grown, 14 * UNIT, 4 * UNIT);
    Bench.write(volume, at + 14 * UNIT, fresh);
    Arrays.fill(grown, 5 * UNIT, 7 * UNIT, (byte) 0);
    volume.discard(at + 5 * UNIT, 2 * UNIT);
    model[i] = grown;
  }

  private static void check(Volume volume, byte[][] model) throws IOException {
    for (int i = 0; i < CHUNKS.length; i++) {
      byte[] found = Bench.read(volume, (long) CHUNKS[i] * CHUNK, CHUNK);
      assertThat(found)
          .describedAs("chunk %d", CHUNKS[i])
          .isEqualTo(Arrays.copyOf(model[i], CHUNK));
    }
  }
}
