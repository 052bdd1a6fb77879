package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.meta.Batch;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A manifest that somebody made anew: whole in itself, but not the one that was completed.
class ManifestsTest {
  @TempDir private Path directory;
  private final InMemoryMetadataStore metadata = new InMemoryMetadataStore();
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private SnapshotLab lab;
  private Volume volume;
  private byte[] original = {};

  @BeforeEach
  void forge() throws IOException {
    lab = SnapshotLab.open(directory, metadata, disk);
    volume = lab.newVolume("vol-1", 4 * CHUNK, CipherSpec.AES_256_GCM);
    fill(volume, 0, 4 * CHUNK, 1);
    lab.take("snap-1", volume);
    original = Files.readAllBytes(file());
    leaveOut(2);
  }

  @AfterEach
  void close() throws IOException {
    volume.close();
    lab.close();
  }

  @Test
  void isRefusedWhereverItIsRead() throws IOException {
    assertThatThrownBy(() -> lab.store().verify("snap-1", ProgressListener.SILENT))
        .isInstanceOf(ManifestFormatException.class)
        .hasMessage(
            "manifest %s is unusable: it is not as it was when the snapshot was completed; put a"
                    .formatted(file())
                + " copy of it back");
    assertThatThrownBy(() -> lab.store().backing("snap-1"))
        .isInstanceOf(ManifestFormatException.class);
    assertThatThrownBy(() -> lab.store().manifest("snap-1"))
        .isInstanceOf(ManifestFormatException.class);
    assertThatThrownBy(() -> lab.store().share("snap-1", "snap-2", SnapshotFixtures.KEY))
        .isInstanceOf(ManifestFormatException.class);

    Files.write(file(), original);
    assertThat(lab.store().verify("snap-1", ProgressListener.SILENT).intact()).isTrue();
  }

  @Test
  void isNoParent() throws IOException {
    fill(volume, 0, CHUNK, 2);
    lab.take("snap-2", volume);

    assertThat(lab.store().verify("snap-2", ProgressListener.SILENT).chunksChecked()).isEqualTo(4);
  }

  @Test
  void takesNoChunksAwayFromOthers() throws IOException {
    Files.write(file(), original);
    fill(volume, 0, CHUNK, 2);
    lab.take("snap-2", volume);
    leaveOut(0);

    assertThatThrownBy(() -> lab.store().delete("snap-1"))
        .isInstanceOf(ManifestFormatException.class);
    lab.store().settle();

    assertThat(lab.store().verify("snap-2", ProgressListener.SILENT).intact()).isTrue();
    Files.write(file(), original);
    lab.store().delete("snap-1");
    lab.store().settle();
    assertThat(lab.store().verify("snap-2", ProgressListener.SILENT).intact()).isTrue();
    assertThat(lab.storedChunks()).isEqualTo(4);
  }

  @Test
  void isBelievedIfNothingIsRecorded() throws IOException {
    metadata.commit(Batch.begin().delete("snapshot-store/intent/snap-1"));

    assertThat(lab.store().verify("snap-1", ProgressListener.SILENT).chunksChecked()).isEqualTo(3);
  }

  private Path file() {
    return lab.snapshots().resolve("manifests/snap-1");
  }

  /// Makes the manifest anew without one of its chunks.
  private void leaveOut(long missing) throws IOException {
    Path forged = directory.resolve("forged");
    try (Manifest genuine = Manifest.open(file());
        ManifestWriter writer =
            ManifestWriter.create(forged, genuine.facts(), genuine.epochTable())) {
      for (long index = 0; index < genuine.entries(); index++) {
        ManifestEntry entry = genuine.entry(index);
        if (entry.chunk() != missing) {
          writer.add(entry.chunk(), entry.digest());
        }
      }
      writer.finish();
    }
    Files.write(file(), Files.readAllBytes(forged));
  }
}
