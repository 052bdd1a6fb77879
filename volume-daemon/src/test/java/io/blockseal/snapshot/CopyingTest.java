package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.UNIT;
import static io.blockseal.snapshot.SnapshotLab.await;
import static io.blockseal.snapshot.SnapshotLab.awaitFailure;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static io.blockseal.snapshot.SnapshotLab.newKey;
import static io.blockseal.snapshot.SnapshotLab.wrapping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.SnapshotTask.Kind;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CopyingTest {
  private static final CipherSpec XTS = CipherSpec.AES_256_XTS;

  @TempDir private Path directory;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private SnapshotLab lab;

  @BeforeEach
  void openLab() throws IOException {
    lab = SnapshotLab.open(directory, new InMemoryMetadataStore(), disk);
  }

  @AfterEach
  void closeLab() throws IOException {
    lab.close();
  }

  @Test
  void sharesEveryChunkUnderTheSameKey() throws IOException {
    byte[] before = takeSample(XTS);
    int stored = disk.size();

    SnapshotTask task = lab.store().share("snap-1", "snap-2", wrapping("copy"));
    SnapshotFacts facts = await(task);

    assertThat(task.kind()).isEqualTo(Kind.SHARE);
    assertThat(disk.size()).isEqualTo(stored);
    assertThat(facts.key()).isEqualTo(wrapping("copy"));
    assertThat(facts.lineageId()).isEqualTo(SnapshotFixtures.LINEAGE);
    assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(before);
  }

  @Test
  void aSharedCopySurvivesItsSource() throws IOException {
    byte[] before = takeSample(XTS);
    await(lab.store().share("snap-1", "snap-2", wrapping("copy")));

    lab.store().delete("snap-1");
    lab.store().settle();

    assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(before);
    lab.store().delete("snap-2");
    lab.store().settle();
    assertThat(disk.size()).isZero();
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void reencryptsFromAnyCipherToAnother(CipherSpec from, CipherSpec to) throws IOException {
    byte[] before = takeSample(from);
    int stored = disk.size();

    SnapshotTask task = reencrypt("snap-1", from, "snap-2", to);
    SnapshotFacts facts = await(task);

    assertThat(facts.cipher()).isEqualTo(to);
    assertThat(facts.key()).isEqualTo(wrapping("copy"));
    assertThat(facts.lineageId()).isEqualTo(SnapshotLab.COPY_LINEAGE);
    assertThat(facts.sizeBytes()).isEqualTo(before.length);
    assertThat(lab.contentOf("snap-2", "copy")).isEqualTo(before);
    assertThat(disk.size()).as("nothing is shared, and holes stay holes").isEqualTo(2 * stored);
    assertThat(task.progress().percent()).isEqualTo(100);
    assertThat(task.progress().chunksDone()).isEqualTo(stored);
  }

  static Stream<Arguments> ciphers() {
    return Stream.of(CipherSpec.values())
        .flatMap(
            from ->
                Stream.of(CipherSpec.AES_256_XTS, CipherSpec.AES_256_GCM)
                    .map(to -> Arguments.of(from, to)));
  }

  @Test
  void givesEveryGcmCopyOneEpochWithASaltOfItsOwn() throws IOException {
    takeSample(XTS);
    await(reencrypt("snap-1", XTS, "snap-2", CipherSpec.AES_256_GCM));
    await(reencrypt("snap-1", XTS, "snap-3", CipherSpec.AES_256_GCM));

    try (Manifest first = lab.store().manifest("snap-2").orElseThrow();
        Manifest second = lab.store().manifest("snap-3").orElseThrow()) {
      assertThat(first.epochTable()).hasSize(64).isNotEqualTo(second.epochTable());
      for (long index = 0; index < first.entries(); index++) {
        assertThat(first.entry(index).digest()).isNotEqualTo(second.entry(index).digest());
      }
    }
  }

  @Test
  void neverMakesAPlainCopyOfAnEncryptedSnapshot() {
    assertThatThrownBy(() -> newKey(CipherSpec.NONE)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAnEncryptedSourceWithoutItsKey() throws IOException {
    takeSample(XTS);

    try (SecretBytes target = Objects.requireNonNull(SnapshotLab.keyOf("copy", XTS))) {
      assertThatThrownBy(() -> lab.store().reencrypt("snap-1", null, "snap-2", newKey(XTS), target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("needs its data key");
    }
    assertThat(lab.store().state("snap-2")).isEmpty();
    await(reencrypt("snap-1", XTS, "snap-2", XTS));
  }

  @Test
  void refusesASourceThatIsNotThere() throws IOException {
    takeSample(XTS);
    lab.store().delete("snap-1");

    assertThatThrownBy(() -> lab.store().share("snap-1", "snap-2", wrapping("copy")))
        .isInstanceOf(SnapshotNotFoundException.class)
        .hasMessageContaining("snap-1");
    assertThatThrownBy(() -> reencrypt("snap-9", XTS, "snap-2", XTS))
        .isInstanceOf(SnapshotNotFoundException.class);
    assertThat(lab.store().state("snap-2")).isEmpty();
  }

  @Test
  void failsOnADamagedChunkAndNamesItsBytes() throws IOException {
    takeSample(XTS);
    damage("snap-1", 2);

    SnapshotTask task = reencrypt("snap-1", XTS, "snap-2", XTS);

    assertThat(awaitFailure(task))
        .isInstanceOf(ChunkUnreadableException.class)
        .hasMessageContaining("snapshot snap-1: bytes 1048576 to 1572863");
    assertThat(lab.store().state("snap-2")).contains(State.FAILED);
    lab.store().settle();
    assertThat(disk.size()).as("the chunks of the source").isEqualTo(3);
  }

  @Test
  void restoresIntoAVolumeWithAnotherKey() throws IOException {
    byte[] before = takeSample(XTS);

    try (Volume target = lab.newVolume("vol-2", before.length, XTS);
        SecretBytes key = Objects.requireNonNull(SnapshotLab.keyOf("vol-1", XTS))) {
      long[] last = new long[2];
      ProgressListener listener =
          (done, total) -> {
            last[0] = Math.max(last[0], done);
            last[1] = total;
          };
      lab.store().restoreReencrypted("snap-1", key, target, listener);

      assertThat(content(target)).isEqualTo(before);
      assertThat(last).containsExactly(3, 3);
    }
  }

  @Test
  void restoresAPlainSnapshotIntoAnEncryptedVolume() throws IOException {
    byte[] before = takeSample(CipherSpec.NONE);

    try (Volume target = lab.newVolume("vol-2", before.length + 5L * UNIT, XTS)) {
      lab.store().restoreReencrypted("snap-1", null, target, ProgressListener.SILENT);

      assertThat(content(target)).startsWith(before);
    }
  }

  @Test
  void refusesToRestoreIntoAVolumeThatIsTooSmall() throws IOException {
    byte[] before = takeSample(CipherSpec.NONE);

    try (Volume target = lab.newVolume("vol-2", before.length - UNIT, XTS)) {
      assertThatThrownBy(
              () -> lab.store().restoreReencrypted("snap-1", null, target, ProgressListener.SILENT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not fit");
    }
  }

  /// A snapshot `snap-1` of a volume `vol-1` that ends inside its sixth chunk and has holes.
  private byte[] takeSample(CipherSpec cipher) throws IOException {
    try (Volume volume = lab.newVolume("vol-1", 5 * CHUNK + 3 * UNIT, cipher)) {
      fill(volume, 7, 3 * UNIT, 1);
      fill(volume, 2 * CHUNK, CHUNK, 2);
      fill(volume, 5 * CHUNK + 2 * UNIT, UNIT, 3);
      lab.take("snap-1", volume);
      return content(volume);
    }
  }

  private SnapshotTask reencrypt(String sourceId, CipherSpec from, String newId, CipherSpec to)
      throws IOException {
    try (SecretBytes source = SnapshotLab.keyOf("vol-1", from);
        SecretBytes target = Objects.requireNonNull(SnapshotLab.keyOf("copy", to))) {
      return lab.store().reencrypt(sourceId, source, newId, newKey(to), target);
    }
  }

  private void damage(String snapshotId, long chunk) throws IOException {
    try (Manifest manifest = lab.store().manifest(snapshotId).orElseThrow()) {
      disk.damage(manifest.find(chunk).orElseThrow());
    }
  }
}
