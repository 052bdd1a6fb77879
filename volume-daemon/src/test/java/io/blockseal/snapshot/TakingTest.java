package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.UNIT;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.volume.block.TagTreeShape;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TakingTest {
  @TempDir private Path directory;
  private SnapshotLab lab;

  @BeforeEach
  void openLab() throws IOException {
    lab = SnapshotLab.open(directory);
  }

  @AfterEach
  void closeLab() throws IOException {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource(CipherSpec.class)
  void keepsWhatTheVolumeHeldAtThatMoment(CipherSpec cipher) throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, cipher)) {
      fill(volume, 5, 3, 'a');
      fill(volume, 2 * CHUNK - 1, 2, 'b');
      byte[] before = content(volume);

      SnapshotFacts facts = lab.take("snap-1", volume);
      fill(volume, 0, CHUNK, 'z');

      assertThat(facts.volumeId()).isEqualTo("vol-1");
      assertThat(facts.sizeBytes()).isEqualTo(4 * CHUNK);
      assertThat(facts.cipher()).isEqualTo(cipher);
      assertThat(facts.parentId()).isNull();
      assertThat(lab.store().state("snap-1")).contains(State.COMPLETED);
      assertThat(lab.contentOf("snap-1", "vol-1")).isEqualTo(before);
    }
  }

  @Test
  void keepsTheWrappedKeyOfTheVolume() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", CHUNK, CipherSpec.AES_256_XTS)) {
      assertThat(lab.take("snap-1", volume).key()).isEqualTo(SnapshotLab.wrapping("vol-1"));
    }
  }

  @Test
  void storesOnlyWhatChangedSinceTheLastSnapshot() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 8 * CHUNK, CipherSpec.AES_256_XTS)) {
      for (int chunk = 0; chunk < 6; chunk++) {
        fill(volume, (long) chunk * CHUNK, 1, chunk + 1);
      }
      lab.take("snap-1", volume);
      assertThat(lab.storedChunks()).isEqualTo(6);
      fill(volume, 3L * CHUNK, 1, 99);
      byte[] before = content(volume);

      SnapshotTask task = lab.store().take("snap-2", CutSource.of(volume));
      SnapshotFacts facts = SnapshotLab.await(task);

      assertThat(facts.parentId()).isEqualTo("snap-1");
      assertThat(task.progress().chunksTotal()).isEqualTo(1);
      assertThat(task.progress().percent()).isEqualTo(100);
      assertThat(lab.storedChunks()).isEqualTo(7);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(before);
    }
  }

  @Test
  void takesDiscardedAndUntouchedChunksForHoles() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_XTS)) {
      fill(volume, 0, 4 * CHUNK, 1);
      lab.take("snap-1", volume);
      volume.discard(CHUNK, 2 * CHUNK);

      lab.take("snap-2", volume);

      try (Manifest manifest = lab.store().manifest("snap-2").orElseThrow()) {
        assertThat(manifest.entries()).isEqualTo(2);
        assertThat(manifest.find(1)).isEmpty();
        assertThat(manifest.find(2)).isEmpty();
      }
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(content(volume));
    }
  }

  @Test
  void takesAPlainChunkOfZerosForAHole() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 2 * CHUNK, CipherSpec.NONE)) {
      fill(volume, 0, CHUNK, 1);
      fill(volume, 0, CHUNK, 0);

      lab.take("snap-1", volume);

      try (Manifest manifest = lab.store().manifest("snap-1").orElseThrow()) {
        assertThat(manifest.entries()).isZero();
      }
    }
  }

  @Test
  void followsAVolumeThatGrewAndEndsInsideAChunk() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", CHUNK + UNIT, CipherSpec.AES_256_XTS)) {
      fill(volume, CHUNK, UNIT, 1);
      lab.take("snap-1", volume);
      volume.grow(3 * CHUNK + 2 * UNIT);
      fill(volume, 3 * CHUNK + UNIT, UNIT, 2);

      SnapshotFacts facts = lab.take("snap-2", volume);

      assertThat(facts.sizeBytes()).isEqualTo(3 * CHUNK + 2 * UNIT);
      assertThat(facts.parentId()).isEqualTo("snap-1");
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(content(volume));
      assertThat(lab.contentOf("snap-1", "vol-1")).hasSize(CHUNK + UNIT);
    }
  }

  @Test
  void takesADetachedVolumeWithoutItsKey() throws IOException {
    byte[] before;
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_XTS)) {
      fill(volume, CHUNK, 10, 7);
      before = content(volume);
    }

    SnapshotTask task = lab.store().take("snap-1", CutSource.of(lab.openSealed("vol-1")));
    SnapshotLab.await(task);

    assertThat(lab.contentOf("snap-1", "vol-1")).isEqualTo(before);
    // The sealed volume was let go.
    lab.openSealed("vol-1").close();
  }

  /// What `docs/reliability.md` tells who has such a volume.
  @Test
  void savesADetachedVolumeWhoseTagTreeRotted() throws IOException {
    byte[] before;
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_GCM)) {
      fill(volume, CHUNK, 10, 7);
      before = content(volume);
    }
    try (var file = FileChannel.open(lab.file("vol-1"), StandardOpenOption.WRITE)) {
      file.write(
          ByteBuffer.allocate(TagTreeShape.SLOTS * TagTreeShape.NODE_BYTES),
          TagTreeShape.nodeHome(TagTreeShape.LEVELS, 0, 0));
    }
    try (Volume rotten =
        lab.reopen("vol-1", "vol-1", CipherSpec.AES_256_GCM, OpenOptions.writable())) {
      assertThatThrownBy(() -> content(rotten)).isInstanceOf(UnreadableUnitException.class);
    }

    SnapshotLab.await(lab.store().take("snap-1", CutSource.of(lab.openSealed("vol-1"))));

    assertThat(lab.contentOf("snap-1", "vol-1")).isEqualTo(before);
  }

  @Test
  void takesEverythingIfTheParentIsDeleted() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_XTS)) {
      fill(volume, 0, 1, 1);
      fill(volume, CHUNK, 1, 2);
      lab.take("snap-1", volume);
      lab.store().delete("snap-1");
      lab.store().settle();
      assertThat(lab.storedChunks()).isZero();
      fill(volume, CHUNK, 1, 3);

      SnapshotFacts facts = lab.take("snap-2", volume);

      assertThat(facts.parentId()).isNull();
      assertThat(lab.storedChunks()).isEqualTo(2);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(content(volume));
    }
  }

  @Test
  void buildsOnTheSnapshotThatAVolumeWasMadeOf() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_XTS)) {
      fill(volume, 0, 1, 1);
      fill(volume, CHUNK, 1, 2);
      lab.take("snap-1", volume);
    }
    try (SnapshotBacking backing = lab.store().backing("snap-1");
        Volume clone = lab.restore("snap-1", "vol-2", "vol-1", backing)) {
      fill(clone, CHUNK, 1, 3);

      SnapshotFacts facts = lab.take("snap-2", clone);

      assertThat(facts.parentId()).isEqualTo("snap-1");
      assertThat(facts.volumeId()).isEqualTo("vol-2");
      assertThat(lab.storedChunks()).isEqualTo(3);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(content(clone));
    }
  }

  @Test
  void storesAnUnchangedVolumeOnceWhateverTheEngineKnows() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_XTS)) {
      fill(volume, 0, 4 * CHUNK, 1);
      lab.take("snap-1", volume);
    }
    Files.delete(directory.resolve("vol-1.blockseal.changed"));
    try (Volume volume =
        lab.reopen("vol-1", "vol-1", CipherSpec.AES_256_XTS, OpenOptions.writable())) {
      lab.take("snap-2", volume);
    }

    assertThat(lab.storedChunks()).isEqualTo(4);
  }

  @Test
  void refusesAnIdThatIsTaken() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", CHUNK, CipherSpec.AES_256_XTS)) {
      lab.take("snap-1", volume);

      assertThatThrownBy(() -> lab.store().take("snap-1", CutSource.of(volume)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("snap-1");
      assertThatThrownBy(() -> lab.store().take("../x", CutSource.of(volume)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void failsWhenTheChunkStoreFailsAndLeavesNothing() throws IOException {
    FaultyChunkStore faulty = new FaultyChunkStore(new MemoryChunkStore());
    lab.close();
    lab = SnapshotLab.open(directory, new InMemoryMetadataStore(), faulty);
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_XTS)) {
      fill(volume, 0, 4 * CHUNK, 1);
      faulty.failPutsAfter(2);

      SnapshotTask task = lab.store().take("snap-1", CutSource.of(volume));

      assertThat(SnapshotLab.awaitFailure(task)).hasMessageContaining("No space left on device");
      assertThat(lab.store().state("snap-1")).contains(State.FAILED);
      assertThat(lab.store().failure("snap-1").orElseThrow()).contains("No space left on device");
      lab.store().settle();
      assertThat(lab.storedChunks()).isZero();

      faulty.faults().disarm();
      lab.take("snap-2", volume);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(content(volume));
      lab.store().delete("snap-1");
      assertThat(lab.store().state("snap-1")).isEmpty();
    }
  }
}
