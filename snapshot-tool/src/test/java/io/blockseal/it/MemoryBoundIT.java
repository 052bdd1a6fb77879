package io.blockseal.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A heap of 256 MiB serves the largest volume that there is, and 64 attached ones.
///
/// The data directory is on xfs, since ext4 has no files of 16 TiB.
@RequiresMounts
final class MemoryBoundIT {
  private static final int LARGEST_GIB = 16 * 1024;
  private static final int MANY = 64;
  private static final int PIECE_BYTES = 128 << 10;
  private static final int PIECES = 8;
  private static final int THREADS = 8;

  /// The heap, and half as much again for everything outside it: buffers, classes, RocksDB.
  private static final long MOST_RESIDENT_KIB = 512 << 10;

  @TempDir private Path work;
  private final LoopMounts mounts = new LoopMounts();
  private DaemonProcess daemon;
  private DaemonClient client;

  @BeforeEach
  void startOnXfs() throws IOException {
    assumeTrue(
        Shell.execute(Map.of(), "sh", "-c", "command -v mkfs.xfs").exitCode() == 0,
        "mkfs.xfs is missing (apt-get install xfsprogs)");
    Path image = work.resolve("disk");
    Shell.run("truncate", "--size", "16G", image.toString());
    Shell.run("mkfs.xfs", "-q", image.toString());
    mounts.mount(image, work.resolve("data"), "rw");
    daemon = DaemonProcess.prepare(work);
    daemon.settings(Map.of("BLOCKSEAL_JAVA_OPTIONS", "-Xmx256m"));
    daemon.start();
    client = new DaemonClient(daemon);
  }

  @AfterEach
  void leaveNothingBehind() {
    if (daemon != null) {
      client.close();
      daemon.close();
    }
    mounts.close();
    assertThat(Shell.run("losetup", "--list", "--output", "BACK-FILE"))
        .doesNotContain(work.toString());
  }

  @Test
  void servesTheLargestVolume() throws IOException {
    for (String cipher : List.of("AES_256_XTS", "AES_256_GCM")) {
      String volume = client.createVolume(LARGEST_GIB, cipher, null, null);
      client.awaitAvailable(volume);
      client.attachNow(volume, 0);
      List<Long> offsets = offsets(LARGEST_GIB);
      write(volume, offsets, 1);
      client.letTimePass();
      String snapshot = client.createSnapshot(volume, "the largest");
      write(volume, offsets, 2);
      read(volume, offsets, 2);
      client.awaitSnapshot(snapshot);
      client.detachNow(volume);
      client.attachNow(volume, 0);
      read(volume, offsets, 2);
      client.detachNow(volume);
      String restored = client.createVolume(LARGEST_GIB, null, snapshot, null);
      client.awaitAvailable(restored);
      client.attachNow(restored, 1);
      read(restored, offsets, 1);
      assertBounded();
      client.detachNow(restored);
      client.deleteVolume(restored);
    }
  }

  @Test
  void servesManyVolumesAtOnce() throws Exception {
    List<String> volumes = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      volumes.add(client.createVolume(1, i % 4 == 0 ? "AES_256_GCM" : "AES_256_XTS", null, null));
    }
    for (int i = 0; i < MANY; i++) {
      client.awaitAvailable(volumes.get(i));
      client.attachNow(volumes.get(i), i);
    }
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < THREADS; i++) {
      List<String> mine = volumes.subList(i * MANY / THREADS, (i + 1) * MANY / THREADS);
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
              .start(() -> useInTurn(mine)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    assertBounded();
  }

  private void useInTurn(List<String> volumes) {
    try {
      for (int pass = 0; pass < 4; pass++) {
        for (String volume : volumes) {
          write(volume, offsets(1), pass);
        }
        for (String volume : volumes) {
          read(volume, offsets(1), pass);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// From the first bytes of a volume to its last ones.
  private static List<Long> offsets(int sizeGib) {
    List<Long> offsets = new ArrayList<>();
    long last = ((long) sizeGib << 30) - PIECE_BYTES;
    for (int i = 0; i < PIECES; i++) {
      offsets.add(last / (PIECES - 1) / 4096 * 4096 * i);
    }
    offsets.set(PIECES - 1, last);
    return offsets;
  }

  private void write(String volume, List<Long> offsets, int pass) throws IOException {
    try (BlockFile file = BlockFile.open(daemon.fileOf(volume), true, PIECE_BYTES)) {
      for (long offset : offsets) {
        file.buffer().put(0, content(offset, pass));
        file.write(offset, 0, PIECE_BYTES);
      }
      file.flush();
    }
  }

  private void read(String volume, List<Long> offsets, int pass) throws IOException {
    try (BlockFile file = BlockFile.open(daemon.fileOf(volume), true, PIECE_BYTES)) {
      for (long offset : offsets) {
        file.read(offset, PIECE_BYTES);
        byte[] seen = new byte[PIECE_BYTES];
        file.buffer().get(0, seen);
        assertThat(seen).as("%s at %d", volume, offset).isEqualTo(content(offset, pass));
      }
    }
  }

  private static byte[] content(long offset, int pass) {
    byte[] content = new byte[PIECE_BYTES];
    new SplittableRandom(offset + pass).nextBytes(content);
    return content;
  }

  private void assertBounded() throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(daemon.pid()), "status"));
    long peakKib =
        status
            .lines()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .sum();
    System.out.printf("MemoryBoundIT: at most %d MiB resident%n", peakKib >> 10);
    assertThat(peakKib).as("KiB resident at most").isBetween(1L, MOST_RESIDENT_KIB);
  }
}
