package io.blockseal.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Allocation;
import io.blockseal.fuzz.Edits;
import io.blockseal.fuzz.Seals;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are a manifest, all of which can be read, or are refused as none.
class ManifestFuzzTest {
  private static final long MAX_ALLOCATION = 16 << 20;
  private static final int PAGE_BYTES = 4096;
  private static final int FOOTER_BYTES = 64;
  private static final byte[] GOLDEN = golden();

  static Stream<byte[]> files() {
    return Stream.of(GOLDEN, new byte[0]);
  }

  static Stream<byte[]> edits() {
    int footer = GOLDEN.length - FOOTER_BYTES;
    return Stream.of(
        new byte[0],
        Edits.ofInt(12, 8192),
        Edits.ofInt(16, Integer.MAX_VALUE),
        Edits.ofInt(20, 64),
        Edits.ofInt(PAGE_BYTES + 8, -1),
        Edits.ofLong(PAGE_BYTES + 16, Long.MAX_VALUE),
        Edits.ofLong(PAGE_BYTES + 16, -1),
        Edits.ofLong(footer + 8, 1L << 62),
        Edits.ofLong(footer + 16, 1L << 51));
  }

  @MethodSource("files")
  @FuzzTest
  void raw(byte[] data) throws IOException {
    Allocation.atMost(MAX_ALLOCATION, () -> read(data));
  }

  @MethodSource("edits")
  @FuzzTest
  void sealed(byte[] data) throws IOException {
    byte[] changed = Edits.applied(data, GOLDEN);
    int footer = changed.length - FOOTER_BYTES;
    Seals.seal(changed, 0, PAGE_BYTES, 24);
    for (int at = PAGE_BYTES; at + PAGE_BYTES <= footer; at += PAGE_BYTES) {
      Seals.seal(changed, at, PAGE_BYTES, at + 12);
    }
    byte[] digest = new byte[ChunkDigest.LENGTH_BYTES];
    ChunkDigest.of(ByteBuffer.wrap(changed, 0, footer))
        .write(java.lang.foreign.MemorySegment.ofArray(digest), 0);
    System.arraycopy(digest, 0, changed, footer + 24, digest.length);
    Seals.seal(changed, footer, 60, footer + 60);
    Allocation.atMost(MAX_ALLOCATION, () -> read(changed));
  }

  private static void read(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("manifest-", ".fuzz");
    try {
      Files.write(file, bytes);
      readFile(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void readFile(Path file) throws IOException {
    try (Manifest manifest = Manifest.open(file)) {
      readEpochs(manifest);
      for (long index = 0; index < manifest.entries(); index++) {
        ManifestEntry entry = manifest.entry(index);
        manifest.find(entry.chunk());
      }
      assertThat(manifest.storedBytes()).isNotNegative();
      manifest.verify();
      for (long index = 0; index < manifest.entries(); index++) {
        ManifestEntry entry = manifest.entry(index);
        assertThat(manifest.find(entry.chunk())).contains(entry.digest());
      }
    } catch (ManifestFormatException e) {
      assertThat(e).hasMessageContaining("manifest");
    }
  }

  private static void readEpochs(Manifest manifest) {
    try {
      EpochTable.parse(manifest.epochTable());
    } catch (FormatException e) {
      assertThat(e).hasMessageContaining("epoch");
    }
  }

  private static byte[] golden() {
    try (InputStream in = ManifestFuzzTest.class.getResourceAsStream("manifest-v1.golden")) {
      return java.util.Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
