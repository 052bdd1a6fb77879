package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.await;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static io.blockseal.snapshot.SnapshotLab.wrapping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionTest {
  private static final CipherSpec XTS = CipherSpec.AES_256_XTS;

  @TempDir private Path directory;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private final FaultyChunkStore chunks = new FaultyChunkStore(disk);
  private final MetadataStore metadata = new InMemoryMetadataStore();
  private SnapshotLab lab;

  @BeforeEach
  void openLab() throws IOException {
    lab = SnapshotLab.open(directory, metadata, chunks);
  }

  @AfterEach
  void closeLab() throws IOException {
    chunks.faults().disarm();
    lab.close();
  }

  @Test
  void keepsTheChunksThatOtherSnapshotsNeed() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, 2 * CHUNK, 1);
      lab.take("snap-1", volume);
      fill(volume, 0, CHUNK, 2);
      lab.take("snap-2", volume);
      byte[] second = content(volume);
      assertThat(disk.size()).isEqualTo(3);

      lab.store().delete("snap-1");
      lab.store().settle();

      assertThat(lab.store().state("snap-1")).isEmpty();
      assertThat(lab.store().manifest("snap-1")).isEmpty();
      assertThat(disk.size()).isEqualTo(2);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(second);
    }
  }

  @Test
  void leavesNothingBehind() throws IOException {
    takeSample();

    lab.store().delete("snap-1");
    lab.store().settle();

    assertThat(disk.size()).isZero();
    assertThat(metadata.scan("", null, 10)).isEmpty();
    assertThat(lab.snapshots().resolve("manifests")).isEmptyDirectory();
    assertThat(lab.snapshots().resolve("pending")).isEmptyDirectory();
  }

  @Test
  void freesTheIdAtOnce() throws IOException {
    byte[] before = takeSample();
    await(lab.store().share("snap-1", "snap-2", wrapping("copy")));
    lab.store().delete("snap-2");

    await(lab.store().share("snap-1", "snap-2", wrapping("copy")));

    assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(before);
  }

  @Test
  void isNoErrorForWhatIsNotThere() throws IOException {
    lab.store().delete("snap-9");
  }

  @Test
  void waitsForTheHoldersAcrossRestarts() throws IOException {
    byte[] before = takeSample();
    lab.store().hold("snap-1", "vol-7");
    lab.store().hold("snap-1", "vol-7");
    lab.store().hold("snap-1", "vol-8");

    lab.store().delete("snap-1");
    lab.restart();
    lab.store().release("vol-8");
    lab.store().settle();

    assertThat(lab.store().state("snap-1")).as("gone for everybody else").isEmpty();
    assertThat(lab.store().manifest("snap-1")).isEmpty();
    assertThatThrownBy(() -> lab.store().hold("snap-1", "vol-9"))
        .isInstanceOf(SnapshotNotFoundException.class);
    assertThatThrownBy(() -> lab.store().share("snap-1", "snap-2", wrapping("copy")))
        .isInstanceOf(SnapshotNotFoundException.class);
    assertThat(lab.store().holds()).containsExactly(new SnapshotHold("snap-1", "vol-7"));
    try (SnapshotBacking backing = lab.store().backing("snap-1");
        Manifest held = lab.store().heldManifest("snap-1").orElseThrow()) {
      assertThat(backing.facts().sizeBytes()).isEqualTo(before.length);
      assertThat(held.facts()).isEqualTo(backing.facts());
    }
    lab.store().release("vol-7");
    lab.store().settle();
    assertThat(disk.size()).isZero();
    assertThatThrownBy(() -> lab.store().backing("snap-1"))
        .isInstanceOf(SnapshotNotFoundException.class);
  }

  @Test
  void letsTheCopyGoOnThatHeldItBefore() throws IOException {
    takeSample();
    lab.store().hold("snap-1", "snap-2");
    lab.store().delete("snap-1");

    lab.store().share("snap-1", "snap-2", wrapping("copy")).completion().join();
    lab.store().release("snap-2");
    lab.store().settle();

    assertThat(lab.store().heldManifest("snap-1")).isEmpty();
    assertThat(lab.store().state("snap-2")).contains(SnapshotTask.State.COMPLETED);
  }

  @Test
  void waitsForTheVolumeThatTakesChunksFromIt() throws IOException {
    byte[] before = takeSample();
    try (SnapshotBacking backing = lab.store().backing("snap-1");
        Volume clone = lab.restore("snap-1", "vol-2", "vol-1", backing)) {
      lab.store().delete("snap-1");
      lab.store().settle();

      assertThat(content(clone)).isEqualTo(before);
    }
    lab.store().release("nobody");
    lab.store().settle();
    assertThat(disk.size()).isZero();
  }

  @Test
  void waitsForACopyThatReadsIt() throws Exception {
    byte[] before = takeSample();
    chunks.blockTasksAfter(1);
    try (var source = SnapshotLab.keyOf("vol-1", XTS);
        var target = java.util.Objects.requireNonNull(SnapshotLab.keyOf("copy", XTS))) {
      SnapshotTask task =
          lab.store().reencrypt("snap-1", source, "snap-2", SnapshotLab.newKey(XTS), target);
      chunks.faults().awaitHanging();

      lab.store().delete("snap-1");
      lab.store().settle();
      chunks.faults().disarm();
      await(task);
      lab.store().settle();

      assertThat(disk.size()).isEqualTo(2);
      assertThat(lab.contentOf("snap-2", "copy")).isEqualTo(before);
    }
  }

  @Test
  void waitsForASnapshotThatBuildsOnIt() throws Exception {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, 2 * CHUNK, 1);
      lab.take("snap-1", volume);
      fill(volume, 0, CHUNK, 2);
      byte[] second = content(volume);
      chunks.blockTasksAfter(0);
      SnapshotTask task = lab.store().take("snap-2", CutSource.of(volume));
      chunks.faults().awaitHanging();

      lab.store().delete("snap-1");
      lab.store().settle();
      assertThat(disk.size()).isEqualTo(2);
      chunks.faults().disarm();
      await(task);
      lab.store().settle();

      assertThat(disk.size()).isEqualTo(2);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(second);
    }
  }

  @Test
  void stopsAPendingSnapshot() throws Exception {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, 4 * CHUNK, 1);
      chunks.blockTasksAfter(2);
      SnapshotTask task = lab.store().take("snap-1", CutSource.of(volume));
      chunks.faults().awaitHanging();
      assertThat(lab.store().tasksOf("vol-1")).containsExactly(task);
      chunks.faults().disarmSoon();

      lab.store().delete("snap-1");
      lab.store().settle();

      assertThat(task.state()).isEqualTo(State.FAILED);
      assertThat(task.failure().orElseThrow()).hasMessageContaining("was deleted");
      assertThat(lab.store().state("snap-1")).isEmpty();
      assertThat(disk.size()).isZero();
    }
  }

  @Test
  void keepsTheNoteOfACancelledSnapshot() throws Exception {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, 4 * CHUNK, 1);
      chunks.blockTasksAfter(2);
      SnapshotTask task = lab.store().take("snap-1", CutSource.of(volume));
      chunks.faults().awaitHanging();

      task.cancel();
      chunks.faults().disarm();

      assertThat(SnapshotLab.awaitFailure(task)).hasMessageContaining("was cancelled");
      assertThat(lab.store().failure("snap-1").orElseThrow()).contains("was cancelled");
      lab.store().settle();
      assertThat(disk.size()).isZero();
    }
  }

  @Test
  void keepsChunksThatAPendingSnapshotFoundThere() throws Exception {
    // The same chunk twice: stored by the first snapshot, found by the second before it is counted.
    try (Volume volume = lab.newVolume("vol-1", 2 * CHUNK, XTS)) {
      fill(volume, 0, 2 * CHUNK, 1);
      lab.take("snap-1", volume);
    }
    java.nio.file.Files.delete(directory.resolve("vol-1.blockseal.changed"));
    try (Volume volume = lab.reopen("vol-1", "vol-1", XTS, OpenOptions.writable())) {
      chunks.blockTasksAfter(1);
      SnapshotTask task = lab.store().take("snap-2", CutSource.of(volume));
      chunks.faults().awaitHanging();
      lab.store().delete("snap-1");
      lab.store().settle();

      chunks.faults().disarm();
      await(task);

      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(content(volume));
      lab.store().settle();
      assertThat(disk.size()).isEqualTo(2);
    }
  }

  /// A snapshot `snap-1` with two chunks.
  private byte[] takeSample() throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, 2 * CHUNK, 1);
      lab.take("snap-1", volume);
      return content(volume);
    }
  }
}
