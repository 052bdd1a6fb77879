package io.blockseal.snapshot;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How fast is a chunk encrypted anew under another key, as a copy of a snapshot does?
///
/// One operation turns over a chunk of `sizeBytes`, every unit of which was written, without
/// reading or storing it.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets up before it measures
public class ChunkTranscodeBenchmark {
  private static final long SOURCE_LINEAGE = 1;
  private static final long COPY_LINEAGE = 2;
  private static final WrappedKey KEY = new WrappedKey(null, "d3JhcHBlZA==", Map.of());

  @Param("524288")
  private int sizeBytes;

  @Param({"AES_256_XTS", "AES_256_GCM"})
  private CipherSpec cipher;

  private final ChunkScratch scratch = new ChunkScratch();
  private ByteBuffer stored = ByteBuffer.allocate(0);
  private ChunkTranscoder transcoder;

  @Setup
  public void encryptOnce() throws UnreadableUnitException {
    SecureRandom random = new SecureRandom();
    EpochTable epochs =
        cipher.tagged()
            ? EpochTable.empty().with(new byte[EpochTable.SALT_BYTES])
            : EpochTable.empty();
    SnapshotFacts source = facts("snap-1", cipher, SOURCE_LINEAGE);
    SnapshotFacts copy = facts("snap-2", cipher, COPY_LINEAGE);
    SnapshotFacts plain = facts("snap-0", CipherSpec.NONE, SOURCE_LINEAGE);
    try (SecretBytes sourceKey = SecretBytes.random(cipher.dataKeyBytes(), random);
        SecretBytes copyKey = SecretBytes.random(cipher.dataKeyBytes(), random)) {
      try (ChunkTranscoder first =
          new ChunkTranscoder(
              ChunkDecoder.of(plain, EpochTable.empty(), null),
              ChunkEncoder.of(source, epochs, sourceKey),
              source.geometry().storedChunkBytes())) {
        ByteBuffer made = first.transcode(0, plainChunk(), scratch);
        stored = ByteBuffer.allocateDirect(source.geometry().storedChunkBytes());
        stored.put(Objects.requireNonNull(made)).flip();
      }
      transcoder =
          new ChunkTranscoder(
              ChunkDecoder.of(source, epochs, sourceKey),
              ChunkEncoder.of(copy, epochs, copyKey),
              copy.geometry().storedChunkBytes());
    }
  }

  @TearDown
  public void close() {
    transcoder.close();
  }

  @Benchmark
  public ByteBuffer transcode() throws UnreadableUnitException {
    return Objects.requireNonNull(transcoder.transcode(0, stored, scratch));
  }

  private ByteBuffer plainChunk() {
    ByteBuffer chunk = ByteBuffer.allocateDirect(sizeBytes);
    for (int at = 0; at < sizeBytes; at += Geometry.UNIT_BYTES) {
      chunk.put(at, (byte) 1);
    }
    return chunk;
  }

  private SnapshotFacts facts(String id, CipherSpec itsCipher, long lineage) {
    return new SnapshotFacts(
        id,
        "vol-1",
        sizeBytes,
        itsCipher,
        "%032x".formatted(lineage),
        itsCipher.encrypted() ? KEY : null,
        null);
  }
}
