package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotFixtures.digest;
import static io.blockseal.snapshot.SnapshotFixtures.facts;
import static io.blockseal.snapshot.SnapshotFixtures.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir private Path directory;

  @Test
  void findsItsChunksAndTakesTheOthersForHoles() throws IOException {
    Map<Long, ChunkDigest> chunks = Map.of(0L, digest("a"), 3L, digest("b"), 7L, digest("a"));

    try (Manifest manifest = manifest(directory.resolve("m"), facts("snap-1", 8), chunks)) {
      assertThat(manifest.entries()).isEqualTo(3);
      assertThat(manifest.storedBytes()).isEqualTo(3 * 524_288);
      assertThat(manifest.find(0)).contains(digest("a"));
      assertThat(manifest.find(1)).isEmpty();
      assertThat(manifest.find(3)).contains(digest("b"));
      assertThat(manifest.find(7)).contains(digest("a"));
      assertThat(manifest.find(8)).isEmpty();
      assertThat(manifest.entry(1)).isEqualTo(new ManifestEntry(3, digest("b")));
      assertThat(manifest.indexAtOrAfter(4)).isEqualTo(2);
      manifest.verify();
    }
  }

  @Test
  void findsChunksOnEveryPage() throws IOException {
    Map<Long, ChunkDigest> chunks = new TreeMap<>();
    for (long chunk = 0; chunk < 1000; chunk += 3) {
      chunks.put(chunk, digest("chunk " + chunk));
    }

    try (Manifest manifest = manifest(directory.resolve("m"), facts("snap-1", 1000), chunks)) {
      for (long chunk = 0; chunk < 1000; chunk++) {
        assertThat(manifest.find(chunk)).isEqualTo(Optional.ofNullable(chunks.get(chunk)));
      }
      manifest.verify();
    }
  }

  @Test
  void keepsFactsAndEpochTable() throws IOException {
    SnapshotFacts facts =
        new SnapshotFacts(
            "snap-2",
            "vol-1",
            Geometry.UNIT_BYTES,
            CipherSpec.AES_256_GCM,
            SnapshotFixtures.LINEAGE,
            SnapshotFixtures.KEY,
            "snap-1");

    try (Manifest manifest = manifest(directory.resolve("m"), facts, Map.of())) {
      assertThat(manifest.facts()).isEqualTo(facts);
      assertThat(manifest.epochTable()).containsExactly(1, 2, 3);
      assertThat(manifest.entries()).isZero();
      manifest.verify();
    }
  }

  @Test
  void keepsFactsOfAPlainVolume() throws IOException {
    SnapshotFacts facts =
        new SnapshotFacts(
            "snap-1", "vol-1", 4096, CipherSpec.NONE, SnapshotFixtures.LINEAGE, null, null);

    try (Manifest manifest = manifest(directory.resolve("m"), facts, Map.of())) {
      assertThat(manifest.facts()).isEqualTo(facts);
    }
  }

  @Test
  void writesTheBytesOfTheGoldenFile() throws IOException {
    Map<Long, ChunkDigest> chunks = Map.of(0L, digest("a"), 5L, digest("b"));
    manifest(directory.resolve("m"), facts("snap-0123456789abcdef0", 6), chunks).close();

    assertThat(Files.readAllBytes(directory.resolve("m"))).isEqualTo(golden());
  }

  @Test
  void readsTheGoldenFile() throws IOException {
    Files.write(directory.resolve("m"), golden());

    try (Manifest manifest = Manifest.open(directory.resolve("m"))) {
      assertThat(manifest.facts()).isEqualTo(facts("snap-0123456789abcdef0", 6));
      assertThat(manifest.find(5)).contains(digest("b"));
      manifest.verify();
    }
  }

  @Test
  void refusesEveryManifestWithOneFlippedBit() throws IOException {
    byte[] golden = golden();
    for (int offset = 0; offset < golden.length; offset++) {
      byte[] flipped = golden.clone();
      flipped[offset] ^= 0x10;
      Files.write(directory.resolve("m"), flipped);

      assertThatThrownBy(this::readWhole)
          .as("bit flipped in byte %d", offset)
          .isInstanceOf(ManifestFormatException.class)
          .hasMessageContaining(directory.resolve("m").toString());
    }
  }

  @Test
  void refusesEveryManifestThatWasCutShort() throws IOException {
    byte[] golden = golden();
    for (int length = 0; length < golden.length; length++) {
      Files.write(directory.resolve("m"), Arrays.copyOf(golden, length));

      assertThatThrownBy(() -> Manifest.open(directory.resolve("m")))
          .as("%d of %d bytes", length, golden.length)
          .isInstanceOf(ManifestFormatException.class);
    }
  }

  @Test
  void refusesAManifestOfAnotherVersion() throws IOException {
    byte[] golden = golden();
    golden[8] = 2;
    Files.write(directory.resolve("m"), golden);

    assertThatThrownBy(() -> Manifest.open(directory.resolve("m")))
        .isInstanceOf(ManifestFormatException.class)
        .hasMessageContaining("version is 2, not 1");
  }

  @Test
  void refusesAManifestThatWasNeverFinished() throws IOException {
    try (ManifestWriter writer =
        ManifestWriter.create(directory.resolve("m"), facts("snap-1", 8), new byte[0])) {
      writer.add(1, digest("a"));
    }

    assertThatThrownBy(() -> Manifest.open(directory.resolve("m")))
        .isInstanceOf(ManifestFormatException.class);
  }

  @Test
  void refusesChunksOutOfOrderAndOutsideTheVolume() throws IOException {
    try (ManifestWriter writer =
        ManifestWriter.create(directory.resolve("m"), facts("snap-1", 8), new byte[0])) {
      writer.add(3, digest("a"));

      assertThatThrownBy(() -> writer.add(3, digest("a")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.add(8, digest("a")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("chunk 8");
    }
  }

  @Test
  void refusesFactsThatWouldEscapeTheDirectory() {
    assertThatThrownBy(() -> facts("../etc/passwd", 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("../etc/passwd");
  }

  private void readWhole() throws IOException {
    try (Manifest manifest = Manifest.open(directory.resolve("m"))) {
      manifest.verify();
    }
  }

  private static byte[] golden() throws IOException {
    try (InputStream in = ManifestTest.class.getResourceAsStream("manifest-v1.golden")) {
      if (in == null) {
        throw new IOException("the golden file is missing");
      }
      return in.readAllBytes();
    }
  }
}
