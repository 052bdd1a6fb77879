package io.blockseal.volume.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.JournalEntry;
import io.blockseal.volume.format.JournalSegment;
import io.blockseal.volume.store.BlockStore;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class JournalTest {
  /// The thread of the checkpoint can not be started: who asked for it fails, and the next one who
  /// needs room asks again.
  @Test
  void aCheckpointThatCannotBeStartedKeepsNobodyWaitingForEver() throws Exception {
    MemoryDisk disk = Bench.created(CipherSpec.AES_256_GCM, 6 * Bench.CHUNK);
    VolumeFiles files = disk.mount();
    BlockStore store = files.open(VolumeFile.JOURNAL, VolumeFiles.Mode.WRITE);
    Health health = new Health("v");
    AtomicInteger asked = new AtomicInteger();
    Journal[] journal = new Journal[1];
    journal[0] =
        new Journal(
            new SyncedStore(store, health),
            new JournalSegment(0, 128 << 10, 1, Bench.ID, 1),
            new Overlay(),
            health,
            64,
            () -> {
              // As ThreadPoolExecutor.execute, which starts its thread with the first task.
              if (asked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              journal[0].release();
            },
            () -> {});
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  int failed = 0;
                  for (int i = 0; i < 200; i++) {
                    try {
                      journal[0].admit(1);
                      ByteBuffer entry =
                          ByteBuffer.allocateDirect(16384).order(ByteOrder.LITTLE_ENDIAN);
                      journal[0].append(JournalEntry.Type.DATA, i, 1, entry);
                      journal[0].dismiss(1);
                    } catch (IOException | OutOfMemoryError e) {
                      failed++;
                    }
                  }
                  assertThat(failed).isPositive();
                });
    writer.join(10_000);
    assertThat(asked).describedAs("checkpoints that were asked for").hasValueGreaterThan(1);
    assertThat(writer.isAlive()).describedAs("the writer waits for a checkpoint").isFalse();
  }
}
