package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.UNIT;
import static io.blockseal.snapshot.SnapshotLab.await;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static io.blockseal.snapshot.SnapshotLab.keyOf;
import static io.blockseal.snapshot.SnapshotLab.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.cipher.GcmLedger;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No (key, nonce) pair repeats from volume to snapshot to copy to volume, except where a copy that
/// was interrupted encrypts a chunk of its source once more: the same message, so the same bytes.
class CopyNonceTest {
  private static final CipherSpec GCM = CipherSpec.AES_256_GCM;

  @TempDir private Path directory;
  @TempDir private Path afterwards;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private final FaultyChunkStore chunks = new FaultyChunkStore(disk);
  private final GcmLedger ledger = GcmLedger.open();
  private SnapshotLab lab;

  @BeforeEach
  void openLab() throws IOException {
    lab = SnapshotLab.open(directory, new InMemoryMetadataStore(), chunks);
  }

  @AfterEach
  void closeLab() throws IOException {
    ledger.close();
    chunks.faults().disarm();
    lab.close();
  }

  @Test
  void neverRepeatsFromVolumeToSnapshotToVolume() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 3 * CHUNK, GCM)) {
      fill(volume, 0, 2 * CHUNK, 'a');
      lab.take("snap-1", volume);
      fill(volume, CHUNK, CHUNK, 'b');
      lab.take("snap-2", volume);
      for (String snapshot : new String[] {"snap-1", "snap-2", "snap-1"}) {
        String clone = "vol-" + ledger.count();
        try (SnapshotBacking backing = lab.store().backing(snapshot);
            Volume restored = lab.restore(snapshot, clone, "vol-1", backing)) {
          fill(restored, 100, CHUNK, 'c');
          fill(volume, 100, CHUNK, 'd');
          lab.take("snap-of-" + clone, restored);
          fill(restored, 100, 3 * UNIT, 'e');
        }
      }
    }
    try (Volume volume = lab.reopen("vol-1", "vol-1", GCM, OpenOptions.writable())) {
      fill(volume, 0, 2 * CHUNK, 'f');
    }
    assertThat(ledger.repeated()).isEmpty();
    assertThat(ledger.repeatedAlike()).isZero();
    assertThat(ledger.keys()).isEqualTo(5);
  }

  @Test
  void anInterruptedCopyEncryptsOnlyTheSameOnceMore() throws Exception {
    byte[] before;
    try (Volume volume = lab.newVolume("vol-1", 6 * CHUNK, GCM)) {
      for (int chunk = 0; chunk < 6; chunk++) {
        fill(volume, (long) chunk * CHUNK, CHUNK, 'a' + chunk);
      }
      before = content(volume);
      lab.take("snap-1", volume);
    }
    chunks.blockTasksAfter(2);
    try (SecretBytes source = Objects.requireNonNull(keyOf("vol-1", GCM));
        SecretBytes target = Objects.requireNonNull(keyOf("copy", GCM))) {
      lab.store().reencrypt("snap-1", source, "snap-2", newKey(GCM), target);
      chunks.faults().awaitHanging();
      lab.nextBoot();
      try (SnapshotLab next = lab.kill(afterwards, disk)) {
        await(next.store().resume("snap-2", source, target));
        assertThat(next.contentOf("snap-2", "copy")).isEqualTo(before);
        for (String clone : new String[] {"vol-2", "vol-3"}) {
          try (SnapshotBacking backing = next.store().backing("snap-2");
              Volume restored = next.restore("snap-2", clone, "copy", backing)) {
            fill(restored, 0, 2 * CHUNK, 'z');
          }
        }
      }
    }
    assertThat(ledger.repeated()).isEmpty();
    assertThat(ledger.repeatedAlike()).isPositive();
    assertThat(ledger.keys()).as("volume, copy and two restored volumes").isEqualTo(4);
  }

  @Test
  void copiesOfOneSnapshotUnderOneKeyShareNone() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 2 * CHUNK, GCM)) {
      fill(volume, 0, 2 * CHUNK, 'a');
      lab.take("snap-1", volume);
      fill(volume, 0, CHUNK, 'b');
      lab.take("snap-2", volume);
    }
    try (SecretBytes source = Objects.requireNonNull(keyOf("vol-1", GCM));
        SecretBytes target = Objects.requireNonNull(keyOf("copy", GCM))) {
      for (String snapshot : new String[] {"snap-1", "snap-2", "snap-1"}) {
        String copy = "copy-" + ledger.count();
        await(lab.store().reencrypt(snapshot, source, copy, newKey(GCM), target));
      }
    }
    assertThat(ledger.repeated()).isEmpty();
    assertThat(ledger.repeatedAlike()).isZero();
    assertThat(ledger.keys()).isEqualTo(4);
  }
}
