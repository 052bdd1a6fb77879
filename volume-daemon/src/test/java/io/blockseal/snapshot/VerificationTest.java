package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.UNIT;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.snapshot.VerifyReport.BadRange;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
  @TempDir private Path directory;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private SnapshotLab lab;

  @BeforeEach
  void takeSnapshot() throws IOException {
    lab = SnapshotLab.open(directory, new InMemoryMetadataStore(), disk);
    try (Volume volume = lab.newVolume("vol-1", 6 * CHUNK + UNIT, CipherSpec.AES_256_XTS)) {
      fill(volume, 0, 6 * CHUNK + UNIT, 1);
      volume.discard(CHUNK, CHUNK);
      lab.take("snap-1", volume);
    }
  }

  @AfterEach
  void closeLab() throws IOException {
    lab.close();
  }

  @Test
  void findsNothingWrongWithAnIntactSnapshot() throws IOException {
    VerifyReport report = verify();

    assertThat(report.intact()).isTrue();
    assertThat(report.chunksChecked()).isEqualTo(6);
    assertThat(report.bad()).isEmpty();
  }

  @Test
  void namesEveryBadRange() throws IOException {
    disk.damage(digest(0));
    disk.delete(digest(3));
    disk.delete(digest(4));
    disk.damage(digest(6));

    VerifyReport report = verify();

    assertThat(report.intact()).isFalse();
    assertThat(report.chunksChecked()).isEqualTo(6);
    assertThat(report.chunksBad()).isEqualTo(4);
    assertThat(report.bad())
        .containsExactly(
            new BadRange(0, CHUNK, "its bytes were altered"),
            new BadRange(3 * CHUNK, 2 * CHUNK, "it is not there"),
            new BadRange(6 * CHUNK, UNIT, "its bytes were altered"));
  }

  @Test
  void showsHowFarItIs() throws IOException {
    long[] seen = new long[2];
    lab.store()
        .verify(
            "snap-1",
            (done, total) -> {
              seen[0] = done;
              seen[1] = total;
            });

    assertThat(seen).containsExactly(6, 6);
  }

  @Test
  void saysThatTheManifestIsDamaged() throws IOException {
    Path manifest = lab.snapshots().resolve("manifests/snap-1");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[5000] ^= 1;
    Files.write(manifest, bytes);

    assertThatThrownBy(this::verify)
        .isInstanceOf(ManifestFormatException.class)
        .hasMessageContaining("snap-1");
  }

  @Test
  void refusesTheManifestOfAnotherSnapshot() throws IOException {
    try (Volume volume = lab.newVolume("vol-2", 2 * CHUNK, CipherSpec.AES_256_XTS)) {
      fill(volume, 0, UNIT, 2);
      lab.take("snap-2", volume);
    }
    Path manifests = lab.snapshots().resolve("manifests");
    Files.write(manifests.resolve("snap-1"), Files.readAllBytes(manifests.resolve("snap-2")));

    assertThatThrownBy(this::verify)
        .isInstanceOf(ManifestFormatException.class)
        .hasMessageContaining("manifests/snap-1 is unusable: it is that of snapshot snap-2");
    assertThatThrownBy(() -> lab.store().backing("snap-1"))
        .isInstanceOf(ManifestFormatException.class);
    assertThatThrownBy(() -> lab.store().manifest("snap-1"))
        .isInstanceOf(ManifestFormatException.class);
  }

  @Test
  void refusesASnapshotThatIsNotThere() {
    assertThatThrownBy(() -> lab.store().verify("snap-9", ProgressListener.SILENT))
        .isInstanceOf(SnapshotNotFoundException.class);
  }

  @Test
  void neverHandsOutATamperedChunk() throws IOException {
    disk.damage(digest(3));

    try (SnapshotBacking backing = lab.store().backing("snap-1")) {
      ByteBuffer target = ByteBuffer.allocate(CHUNK);
      assertThatThrownBy(() -> backing.fetch(3, target))
          .isInstanceOf(ChunkUnreadableException.class)
          .hasMessageContaining("snapshot snap-1: bytes 1572864 to 2097151 are unreadable")
          .hasMessageContaining("altered");
      assertThat(target.position()).isZero();
      assertThat(backing.fetch(1, target)).as("a hole").isFalse();
      assertThat(backing.fetch(99, target)).as("behind the end").isFalse();
      assertThat(backing.fetch(2, target)).isTrue();
    }
    assertThatThrownBy(() -> lab.contentOf("snap-1", "vol-1")).isInstanceOf(IOException.class);
  }

  private VerifyReport verify() throws IOException {
    return lab.store().verify("snap-1", ProgressListener.SILENT);
  }

  private ChunkDigest digest(long chunk) throws IOException {
    try (Manifest manifest = lab.store().manifest("snap-1").orElseThrow()) {
      return manifest.find(chunk).orElseThrow();
    }
  }
}
