package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.write;
import static io.blockseal.volume.engine.WatchedStores.SIZE;
import static io.blockseal.volume.engine.WatchedStores.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.volume.engine.WatchedStores.Around;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeBusyException;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a volume keeps of its promises when the process has no memory left.
final class MemoryShortageTest {
  /// What an opening held is free again, though no memory was left for it.
  @Test
  void anErrorDuringAnOpeningGivesTheLockBack() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    MemoryDisk disk = Bench.created(cipher, SIZE);
    Around shortOfMemory =
        (file, method, _, call) -> {
          if (file == VolumeFile.VOLUME && method.equals("read")) {
            throw new OutOfMemoryError("Cannot reserve 1048576 bytes of direct buffer memory");
          }
          return call.go();
        };
    assertThatThrownBy(() -> open(disk, cipher, OpenOptions.writable(), shortOfMemory))
        .isInstanceOf(OutOfMemoryError.class);
    try (Volume volume = Bench.open(disk, cipher)) {
      assertThat(volume.sizeBytes()).isEqualTo(SIZE);
    } catch (VolumeBusyException e) {
      throw new AssertionError("nobody has it open, but it is busy for good", e);
    }
  }

  /// What a volume held is free again, though no memory was left for closing it.
  @Test
  void anErrorDuringAClosingGivesTheLockBack() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    MemoryDisk disk = Bench.created(cipher, SIZE);
    AtomicBoolean armed = new AtomicBoolean();
    Around shortOfMemory =
        (_, method, _, call) -> {
          if (armed.get() && method.equals("write")) {
            throw new OutOfMemoryError("Cannot reserve 1048576 bytes of direct buffer memory");
          }
          return call.go();
        };
    Volume volume = open(disk, cipher, OpenOptions.writable(), shortOfMemory);
    write(volume, 0, bytes(1, UNIT));
    armed.set(true);
    assertThatThrownBy(volume::close).isInstanceOf(OutOfMemoryError.class);
    armed.set(false);
    volume.close();
    try (Volume again = Bench.open(disk, cipher)) {
      assertThat(again.sizeBytes()).isEqualTo(SIZE);
    } catch (VolumeBusyException e) {
      throw new AssertionError("closed twice, but it is busy for good", e);
    }
  }

  /// The system fails a sync, and what would say so finds no memory: a later flush may not be
  /// acknowledged without a sync.
  @ParameterizedTest
  @EnumSource
  void aSyncThatEndsInAnErrorIsNotRepeatedAsIfNothingHadHappened(CipherSpec cipher)
      throws IOException {
    MemoryDisk disk = Bench.created(cipher, SIZE);
    AtomicBoolean armed = new AtomicBoolean();
    AtomicInteger syncs = new AtomicInteger();
    Around shortOfMemory =
        (_, method, _, call) -> {
          if (method.equals("sync")) {
            syncs.incrementAndGet();
            if (armed.compareAndSet(true, false)) {
              throw new OutOfMemoryError("Java heap space");
            }
          }
          return call.go();
        };
    Volume volume = open(disk, cipher, OpenOptions.writable(), shortOfMemory);
    write(volume, 0, bytes(1, UNIT));
    armed.set(true);
    assertThatThrownBy(volume::flush).isInstanceOf(OutOfMemoryError.class);
    int before = syncs.get();
    try {
      volume.flush();
    } catch (IOException e) {
      return; // It says so: well.
    }
    assertThat(syncs.get())
        .describedAs("the second flush was acknowledged; syncs it made")
        .isGreaterThan(before);
  }
}
