package io.blockseal.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Edits;
import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A stored chunk with any bytes in it is what was stored, or is unreadable.
class ChunkFuzzTest {
  private static final int UNIT = Geometry.UNIT_BYTES;
  private static final long SIZE = 3L * UNIT;
  private static final EpochTable EPOCHS = EpochTable.empty().with(new byte[EpochTable.SALT_BYTES]);
  private static final ChunkScratch SCRATCH = new ChunkScratch();
  private static final Path PLACE = place();
  private static final DirectoryChunkStore STORE = store();
  private static final byte[] PLAIN = plain();
  private static final byte[] SEALED = sealed();

  static Stream<byte[]> edits() {
    return Stream.of(
        new byte[0],
        Edits.ofInt(0, 2),
        Edits.ofInt(0, 0),
        Edits.ofInt(64, 1),
        Edits.of(4, (byte) 1),
        Edits.of(4096, (byte) 1));
  }

  static Stream<byte[]> contents() {
    return Stream.of(stored(), new byte[0], Arrays.copyOf(stored(), 511));
  }

  /// A store whose one chunk is found with these bytes.
  @MethodSource("contents")
  @FuzzTest
  void get(byte[] data) throws IOException {
    byte[] original = stored();
    ChunkDigest digest = ChunkDigest.of(ByteBuffer.wrap(original));
    Files.write(PLACE.resolve(digest.hex().substring(0, 2)).resolve(digest.hex()), data);
    ByteBuffer target = ByteBuffer.allocate(original.length);
    try {
      STORE.get(digest, target);
      assertThat(data).isEqualTo(original);
      assertThat(target.array()).isEqualTo(original);
    } catch (ChunkUnreadableException e) {
      assertThat(data).isNotEqualTo(original);
    }
  }

  @MethodSource("edits")
  @FuzzTest
  void transcode(byte[] data) {
    ByteBuffer stored = ByteBuffer.wrap(Edits.applied(data, SEALED));
    try (SecretBytes key = key();
        ChunkDecoder decoder = ChunkDecoder.of(facts(CipherSpec.AES_256_GCM), EPOCHS, key)) {
      decoder.decode(0, stored, SCRATCH.plain());
      for (int unit = 0; unit < 3; unit++) {
        if (SCRATCH.plain().written().get(unit)) {
          byte[] found = new byte[UNIT];
          SCRATCH.plain().units(unit, 1).get(found);
          assertThat(found).isEqualTo(Arrays.copyOfRange(PLAIN, unit * UNIT, (unit + 1) * UNIT));
        }
      }
    } catch (UnreadableUnitException e) {
      assertThat(e).hasMessageContaining("unit");
    }
  }

  private static Path place() {
    try {
      Path place = Files.createTempDirectory("chunk-fuzz-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(place)));
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DirectoryChunkStore store() {
    try {
      return DirectoryChunkStore.open(PLACE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path place) {
    try (Stream<Path> all = Files.walk(place)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] sealed() {
    try (SecretBytes key = key();
        ChunkTranscoder transcoder =
            new ChunkTranscoder(
                ChunkDecoder.of(facts(CipherSpec.NONE), EpochTable.empty(), null),
                ChunkEncoder.of(facts(CipherSpec.AES_256_GCM), EPOCHS, key),
                Geometry.TAG_PAGE_BYTES + Geometry.CHUNK_BYTES)) {
      ByteBuffer made =
          Objects.requireNonNull(transcoder.transcode(0, ByteBuffer.wrap(PLAIN), SCRATCH));
      byte[] bytes = new byte[made.remaining()];
      made.duplicate().get(bytes);
      return bytes;
    } catch (UnreadableUnitException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] plain() {
    byte[] chunk = new byte[Geometry.CHUNK_BYTES];
    Arrays.fill(chunk, 0, UNIT, (byte) 'x');
    Arrays.fill(chunk, 2 * UNIT, 3 * UNIT, (byte) 'y');
    return chunk;
  }

  private static byte[] stored() {
    return "what a chunk holds".repeat(30).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  private static SecretBytes key() {
    return Objects.requireNonNull(SnapshotLab.keyOf("vol-1", CipherSpec.AES_256_GCM));
  }

  private static SnapshotFacts facts(CipherSpec cipher) {
    return new SnapshotFacts(
        "snap-1",
        "vol-1",
        SIZE,
        cipher,
        SnapshotFixtures.LINEAGE,
        cipher.encrypted() ? SnapshotLab.wrapping("snap-1") : null,
        null);
  }
}
