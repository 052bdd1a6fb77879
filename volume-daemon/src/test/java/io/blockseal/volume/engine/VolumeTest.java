package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.created;
import static io.blockseal.volume.engine.Bench.open;
import static io.blockseal.volume.engine.Bench.read;
import static io.blockseal.volume.engine.Bench.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeBusyException;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class VolumeTest {
  private static final int SIZE = 3 * CHUNK + 5 * UNIT;

  @ParameterizedTest
  @EnumSource
  void startsAsZeros(CipherSpec cipher) throws IOException {
    try (Volume volume = open(created(cipher, SIZE), cipher)) {
      assertThat(volume.sizeBytes()).isEqualTo(SIZE);
      assertThat(read(volume, 0, SIZE)).isEqualTo(new byte[SIZE]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsBackRandomRanges(CipherSpec cipher) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] model = new byte[SIZE];
    MemoryDisk disk = created(cipher, SIZE);
    Volume volume = open(disk, cipher);
    for (int step = 0; step < 300; step++) {
      int offset = random.nextInt(SIZE);
      int length = Math.min(SIZE - offset, random.nextInt(step % 10 == 0 ? SIZE : 3 * UNIT));
      switch (random.nextInt(8)) {
        case 0, 1, 2, 3 -> {
          byte[] content = bytes(random.nextInt(), length);
          write(volume, offset, content);
          System.arraycopy(content, 0, model, offset, length);
        }
        case 4 -> {
          volume.discard(offset, length);
          Arrays.fill(model, offset, offset + length, (byte) 0);
        }
        case 5 -> {
          volume.close();
          volume = open(disk, cipher);
        }
        case 6 -> volume.flush();
        default ->
            assertThat(read(volume, offset, length))
                .describedAs("seed %d, step %d", seed, step)
                .isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
      }
    }
    assertThat(read(volume, 0, SIZE)).describedAs("seed %d", seed).isEqualTo(model);
    volume.close();
  }

  @ParameterizedTest
  @EnumSource
  void servesDirectBuffersAndLongRequests(CipherSpec cipher) throws IOException {
    int size = 5 << 20;
    byte[] content = bytes(1, size - 100);
    try (Volume volume = open(created(cipher, size), cipher)) {
      volume.write(50, ByteBuffer.allocateDirect(size - 100).put(content).flip());
      ByteBuffer target = ByteBuffer.allocateDirect(size);
      volume.read(0, target);
      assertThat(target.hasRemaining()).isFalse();
      byte[] found = new byte[size];
      target.flip().get(found);
      assertThat(Arrays.copyOfRange(found, 50, size - 50)).isEqualTo(content);
      assertThat(found[49]).isZero();
      assertThat(found[size - 50]).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"AES_256_XTS", "AES_256_GCM"})
  void keepsNoPlaintextInItsFiles(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    byte[] secret = "a secret that is long enough to be found".repeat(500).getBytes(US_ASCII);
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, secret);
      write(volume, 1000, secret);
    }
    for (VolumeFile file : VolumeFile.values()) {
      try (var files = disk.mount()) {
        if (files.exists(file)) {
          assertThat(new String(disk.file(file).bytes(), ISO_8859_1)).doesNotContain("secret that");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void encryptsZerosThatAreWritten(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, new byte[UNIT]);
      assertThat(read(volume, 0, 2 * UNIT)).containsOnly(0);
    }
    byte[] file = disk.file(VolumeFile.VOLUME).bytes();
    byte[] stored = Arrays.copyOfRange(file, 1 << 20, file.length);
    assertThat(Arrays.equals(stored, new byte[stored.length])).isEqualTo(!cipher.encrypted());
  }

  @ParameterizedTest
  @EnumSource
  void growsAndKeepsItsContent(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    byte[] content = bytes(2, SIZE);
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, content);
      volume.grow(5 * CHUNK);
      write(volume, 4 * CHUNK, bytes(3, UNIT));
      assertThatThrownBy(() -> volume.grow(CHUNK))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot shrink to 524288");
    }
    try (Volume volume = open(disk, cipher)) {
      assertThat(volume.describe().sequence()).isGreaterThanOrEqualTo(2);
      if (!cipher.tagged()) {
        // Made, opened, grown and opened again.
        assertThat(volume.describe().sequence()).isEqualTo(4);
      }
      assertThat(volume.sizeBytes()).isEqualTo(5 * CHUNK);
      assertThat(read(volume, 0, SIZE)).isEqualTo(content);
      assertThat(read(volume, SIZE, 4 * CHUNK - SIZE)).containsOnly(0);
      assertThat(read(volume, 4 * CHUNK, UNIT)).isEqualTo(bytes(3, UNIT));
    }
  }

  @Test
  void discardGivesSpaceBack() throws IOException {
    for (CipherSpec cipher : CipherSpec.values()) {
      MemoryDisk disk = created(cipher, SIZE);
      try (Volume volume = open(disk, cipher)) {
        write(volume, 0, bytes(4, SIZE));
      }
      try (Volume volume = open(disk, cipher)) {
        volume.discard(100, SIZE - 200);
      }
      try (Volume volume = open(disk, cipher)) {
        assertThat(read(volume, 100, SIZE - 200)).containsOnly(0);
        assertThat(read(volume, 0, 100)).isEqualTo(Arrays.copyOf(bytes(4, SIZE), 100));
      }
      byte[] file = disk.file(VolumeFile.VOLUME).bytes();
      int whole = (1 << 20) + (cipher.tagged() ? CHUNK + 4096 : CHUNK);
      assertThat(Arrays.copyOfRange(file, whole, whole + CHUNK)).containsOnly(0);
    }
  }

  @Test
  void refusesRangesOutsideTheVolume() throws IOException {
    try (Volume volume = open(created(CipherSpec.NONE, SIZE), CipherSpec.NONE)) {
      assertThatThrownBy(() -> read(volume, SIZE - 1, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("2 bytes at %d lie outside volume memory of %d bytes", SIZE - 1, SIZE);
      assertThatThrownBy(() -> write(volume, -1, new byte[1]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> volume.discard(0, SIZE + 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readOnlyRefusesWritesAndTouchesNothing(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    disk.failAfter(0);
    try (Volume volume = open(disk, cipher, OpenOptions.forReading())) {
      assertThat(volume.readOnly()).isTrue();
      assertThatThrownBy(() -> write(volume, 0, new byte[1]))
          .isInstanceOf(ReadOnlyVolumeException.class)
          .hasMessage("volume memory is open for reading only");
      assertThatThrownBy(() -> volume.discard(0, UNIT)).isInstanceOf(ReadOnlyVolumeException.class);
      assertThat(read(volume, 0, 10)).containsOnly(0);
      volume.flush();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherVolumesFilesAreRefusedAndNotTouched(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    open(disk, cipher).close();
    disk.failAfter(0);
    OpenOptions others = OpenOptions.writable().forVolume("vol-other");

    assertThatThrownBy(() -> open(disk, cipher, others))
        .isInstanceOf(ForeignFilesException.class)
        .hasMessage("the files of vol-other are those of " + Bench.ID);
    assertThatThrownBy(() -> VolumeOpening.openSealed(disk.mount(), others))
        .isInstanceOf(ForeignFilesException.class);
    disk.failAfter(Long.MAX_VALUE);
    open(disk, cipher, OpenOptions.writable().forVolume(Bench.ID)).close();
  }

  @ParameterizedTest
  @EnumSource
  void aFailedSyncMakesItReadOnlyForGood(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    Volume volume = open(disk, cipher);
    write(volume, 0, bytes(5, UNIT));
    disk.faults().arm(Fault.EIO, 1, FaultPlan.Span.ONWARDS, call -> call.is("sync"));
    assertThatThrownBy(volume::flush).isInstanceOf(IOException.class);
    disk.faults().disarm();

    assertThat(volume.readOnly()).isTrue();
    assertThatThrownBy(() -> write(volume, 0, new byte[1]))
        .isInstanceOf(ReadOnlyVolumeException.class)
        .hasMessageContaining("read-only since a sync failed");
    assertThatThrownBy(volume::flush).isInstanceOf(ReadOnlyVolumeException.class);
    assertThat(read(volume, 0, UNIT)).isEqualTo(bytes(5, UNIT));
    assertThatThrownBy(volume::close).isInstanceOf(ReadOnlyVolumeException.class);
    open(disk, cipher).close();
  }

  @ParameterizedTest
  @EnumSource
  void aFailedWriteReachesTheWriterAndBreaksNothing(CipherSpec cipher) throws IOException {
    MemoryDisk disk = created(cipher, SIZE);
    try (Volume volume = open(disk, cipher)) {
      write(volume, 0, bytes(6, UNIT));
      disk.faults().arm(Fault.EIO, 1, FaultPlan.Span.ONWARDS, call -> call.is("write"));
      assertThatThrownBy(() -> write(volume, UNIT, bytes(7, UNIT)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(ReadOnlyVolumeException.class);
      disk.faults().disarm();

      assertThat(read(volume, 0, UNIT)).isEqualTo(bytes(6, UNIT));
      write(volume, UNIT, bytes(8, UNIT));
      volume.flush();
    }
    try (Volume volume = open(disk, cipher)) {
      assertThat(read(volume, UNIT, UNIT)).isEqualTo(bytes(8, UNIT));
    }
  }

  @Test
  void refusesWrongKeysAndMissingKeys() throws IOException {
    MemoryDisk disk = created(CipherSpec.AES_256_XTS, SIZE);
    try (SecretBytes wrong = SecretBytes.takeOver(bytes(9, 64))) {
      assertThatThrownBy(
              () ->
                  VolumeOpening.open(
                      disk.mount(),
                      wrong,
                      OpenOptions.writable(),
                      new SecureRandom(),
                      Bench.SMALL_JOURNAL))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("the header fails its authentication");
    }
    assertThatThrownBy(() -> open(disk, CipherSpec.NONE))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("cipher AES_256_XTS, but was opened without a data key");
    assertThatThrownBy(() -> open(created(CipherSpec.NONE, SIZE), CipherSpec.AES_256_XTS))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("cipher NONE, but was opened with a data key");
  }

  @Test
  void refusesRequestsOnceClosed() throws IOException {
    Volume volume = open(created(CipherSpec.NONE, SIZE), CipherSpec.NONE);
    volume.close();
    volume.close();
    assertThatThrownBy(() -> read(volume, 0, 1)).isInstanceOf(VolumeClosedException.class);
    assertThatThrownBy(() -> write(volume, 0, new byte[1]))
        .isInstanceOf(VolumeClosedException.class);
    assertThatThrownBy(volume::flush).isInstanceOf(VolumeClosedException.class);
  }

  @Test
  void refusesAFileThatWasCutOff() throws IOException {
    MemoryDisk disk = created(CipherSpec.NONE, SIZE);
    try (var files = disk.mount();
        var store =
            files.open(VolumeFile.VOLUME, io.blockseal.volume.store.VolumeFiles.Mode.WRITE)) {
      store.resize(1 << 20);
    }
    assertThatThrownBy(() -> open(disk, CipherSpec.NONE))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("is cut off");
  }

  /// Others write while a discard looks for the next chunk with content, so that a checkpoint
  /// brings home what the journal held.
  @Test
  void discardsAChunkThatGoesHomeMeanwhile() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    MemoryDisk disk = created(cipher, 6 * CHUNK);
    AtomicBoolean armed = new AtomicBoolean();
    Volume[] opened = new Volume[1];
    WatchedStores.Around others =
        (_, method, _, call) -> {
          Object answer = call.go();
          if (method.equals("nextData") && armed.compareAndSet(true, false)) {
            // The discarding thread has no lock here and is preempted: others write meanwhile.
            for (int i = 0; i < 200; i++) {
              write(opened[0], 5 * CHUNK + (i % 100) * UNIT, bytes(i, UNIT));
            }
          }
          return answer;
        };
    try (Volume volume = WatchedStores.open(disk, cipher, OpenOptions.writable(), others)) {
      opened[0] = volume;
      write(volume, 2 * CHUNK, bytes(7, UNIT));
      armed.set(true);
      volume.discard(2 * CHUNK, CHUNK);
      assertThat(armed).isFalse();
      assertThat(Arrays.equals(read(volume, 2 * CHUNK, UNIT), new byte[UNIT]))
          .describedAs("what was discarded reads as zeros")
          .isTrue();
    }
  }

  /// The journal can not come home and has no room left, and nothing is going to change that.
  @Test
  void refusesAWriteThatWaitsForRoomAfterAClosingThatFailed() throws Exception {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    MemoryDisk disk = created(cipher, 6 * CHUNK);
    Volume volume = open(disk, cipher, new Tuning(128 << 10, 40, 2, true, 2));
    disk.faults()
        .arm(
            Fault.ENOSPC,
            1,
            FaultPlan.Span.ONWARDS,
            call -> call.is("write") && call.store().equals("VOLUME"));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 200; i++) {
                write(volume, (long) i * UNIT, bytes(i, UNIT));
              }
            })
        .hasMessageContaining("the journal is full");
    assertThatThrownBy(volume::close).isInstanceOf(IOException.class);
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    write(volume, 0, bytes(0, UNIT));
                  } catch (IOException e) {
                    // It is refused.
                  }
                });
    writer.join(5_000);
    assertThat(writer.isAlive()).describedAs("it waits for a checkpoint for ever").isFalse();
  }

  @Test
  void livesInFiles(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("vol-1.blockseal");
    VolumeSpec spec = Bench.spec(CipherSpec.AES_256_XTS, SIZE);
    try (SecretBytes key = Bench.key()) {
      Volume.create(file, spec, key, new SecureRandom());
      assertThatThrownBy(() -> Volume.create(file, spec, key, new SecureRandom()))
          .isInstanceOf(FileAlreadyExistsException.class);
      try (Volume volume = Volume.open(file, key, OpenOptions.writable(), new SecureRandom())) {
        write(volume, 3, bytes(10, 100_000));
        assertThatThrownBy(
                () -> Volume.open(file, key, OpenOptions.forReading(), new SecureRandom()))
            .isInstanceOf(VolumeBusyException.class);
      }
      try (Volume volume = Volume.open(file, key, OpenOptions.forReading(), new SecureRandom())) {
        assertThat(read(volume, 3, 100_000)).isEqualTo(bytes(10, 100_000));
      }
      assertThat(new String(Files.readAllBytes(file), ISO_8859_1).substring(512, 600))
          .startsWith("{\n  \"volumeId\" : \"" + Bench.ID + "\"");
    }
    Volume.delete(file);
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }
}
