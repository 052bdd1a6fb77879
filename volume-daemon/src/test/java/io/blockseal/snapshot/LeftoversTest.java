package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.awaitFailure;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static io.blockseal.snapshot.SnapshotLab.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the cleaning up after a failure could not do, or what is damaged, is one snapshot's
/// trouble: the store opens, the others go, and none is called complete whose chunks are gone.
final class LeftoversTest {
  private static final CipherSpec XTS = CipherSpec.AES_256_XTS;

  @TempDir private Path directory;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private final FaultyChunkStore chunks = new FaultyChunkStore(disk);
  private final FaultyMetadataStore metadata = new FaultyMetadataStore(new InMemoryMetadataStore());

  private SnapshotLab open() throws IOException {
    return SnapshotLab.open(directory, metadata, chunks);
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[100] ^= 1;
    Files.write(file, bytes);
  }

  /// Metadata from an older backup know nothing of snapshots that were made since.
  @Test
  void deletesNoChunkThatOlderMetadataDoNotCount() throws IOException {
    try (SnapshotLab lab = open();
        Volume one = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(one, 0, 3 * CHUNK, 1);
      lab.take("snap-1", one);
    }
    int stored = disk.size();
    Files.createFile(directory.resolve("snapshots").resolve("orphans"));

    try (SnapshotLab older = SnapshotLab.open(directory, new InMemoryMetadataStore(), chunks)) {
      older.store().settle();
      assertThat(disk.size()).isEqualTo(stored);
      assertThat(older.store().verify("snap-1", (done, total) -> {}).chunksBad()).isZero();
    }
  }

  /// One snapshot with a damaged manifest must not keep the others from being deleted.
  @Test
  void deletesOthersThoughOneManifestIsDamaged() throws IOException {
    try (SnapshotLab lab = open();
        Volume one = lab.newVolume("vol-1", 4 * CHUNK, XTS);
        Volume two = lab.newVolume("vol-2", 4 * CHUNK, XTS)) {
      fill(one, 0, CHUNK, 1);
      fill(two, 0, 3 * CHUNK, 2);
      lab.take("snap-1", one);
      lab.take("snap-2", two);
      damage(lab.snapshots().resolve("manifests").resolve("snap-1"));
      assertThatCode(() -> lab.store().delete("snap-1")).isInstanceOf(IOException.class);

      Throwable other = null;
      try {
        lab.store().delete("snap-2");
      } catch (IOException e) {
        other = e;
      }
      lab.store().settle();

      assertThat(disk.size()).as("chunks after snap-2 is deleted; snap-1 has one").isEqualTo(1);
      assertThat(other).as("deletion of snap-2").isNull();
    }
  }

  /// A full disk: the references of snap-2 cannot be counted and its failure not be noted. Its
  /// parent is deleted to make room; then the daemon is started again.
  @Test
  void completesNothingWhoseChunksWereSwept() throws Exception {
    SnapshotLab lab = open();
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, CHUNK, 1);
      lab.take("snap-1", volume);
      fill(volume, CHUNK, CHUNK, 2);
      Files.createDirectory(lab.snapshots().resolve("failed").resolve("snap-2.part"));
      metadata.fill();
      awaitFailure(lab.store().take("snap-2", CutSource.of(volume)));
      assertThat(lab.store().state("snap-2")).isEmpty();

      metadata.faults().disarm();
      lab.store().delete("snap-1");
      lab.store().settle();
      Files.delete(lab.snapshots().resolve("failed").resolve("snap-2.part"));
    }
    lab.restart();
    lab.store().task("snap-2").ifPresent(task -> task.completion().handle((a, b) -> a).join());

    if (lab.store().state("snap-2").equals(Optional.of(State.COMPLETED))) {
      VerifyReport report = lab.store().verify("snap-2", (done, total) -> {});
      assertThat(report.chunksBad()).as("missing chunks of a completed snapshot").isZero();
    }
    lab.close();
  }

  /// One damaged manifest, that of a source, must not keep the store from being opened.
  @Test
  void opensThoughTheSourceOfAPendingCopyIsDamaged() throws Exception {
    SnapshotLab lab = open();
    try (Volume volume = lab.newVolume("vol-1", 12 * CHUNK, XTS)) {
      for (int i = 0; i < 12; i++) {
        fill(volume, i * (long) CHUNK, CHUNK, i + 1);
      }
      lab.take("snap-1", volume);
    }
    chunks.blockTasksAfter(2);
    try (SecretBytes source = Objects.requireNonNull(SnapshotLab.keyOf("vol-1", XTS));
        SecretBytes target = Objects.requireNonNull(SnapshotLab.keyOf("copy", XTS))) {
      lab.store().reencrypt("snap-1", source, "snap-2", newKey(XTS), target);
      chunks.faults().awaitHanging();
      Thread closer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      lab.store().close();
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      Thread.sleep(200);
      chunks.faults().disarm();
      closer.join();
    }
    damage(lab.snapshots().resolve("manifests").resolve("snap-1"));

    assertThatCode(() -> open().close()).doesNotThrowAnyException();
  }

  /// As above, but without any damage: a full disk ended the copy, and its source was deleted.
  @Test
  void opensThoughTheSourceOfAnEndedCopyIsDeleted() throws Exception {
    SnapshotLab lab = open();
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, CHUNK, 1);
      lab.take("snap-1", volume);
    }
    Files.createDirectory(lab.snapshots().resolve("failed").resolve("snap-2.part"));
    metadata.fill();
    try (SecretBytes source = Objects.requireNonNull(SnapshotLab.keyOf("vol-1", XTS));
        SecretBytes target = Objects.requireNonNull(SnapshotLab.keyOf("copy", XTS))) {
      awaitFailure(lab.store().reencrypt("snap-1", source, "snap-2", newKey(XTS), target));
    }
    metadata.faults().disarm();
    lab.store().delete("snap-1");
    lab.store().settle();
    Files.delete(lab.snapshots().resolve("failed").resolve("snap-2.part"));
    lab.store().close();

    assertThatCode(() -> open().close()).doesNotThrowAnyException();
  }
}
