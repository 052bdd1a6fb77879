package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// Small facts, digests and manifests for tests.
final class SnapshotFixtures {
  static final String LINEAGE = "000102030405060708090a0b0c0d0e0f";

  static final WrappedKey KEY =
      new WrappedKey(
          "arn:aws:kms:eu-central-1:111122223333:key/1234",
          "d3JhcHBlZA==",
          Map.of("aws:ebs:id", "vol-1"));

  private SnapshotFixtures() {}

  static SnapshotFacts facts(String snapshotId, long chunks) {
    return new SnapshotFacts(
        snapshotId,
        "vol-1",
        chunks * Geometry.CHUNK_BYTES,
        CipherSpec.AES_256_XTS,
        LINEAGE,
        KEY,
        null);
  }

  static ChunkDigest digest(String content) {
    return ChunkDigest.of(ByteBuffer.wrap(content.getBytes(UTF_8)));
  }

  /// Writes a manifest with these chunks and opens it.
  static Manifest manifest(Path file, SnapshotFacts facts, Map<Long, ChunkDigest> chunks)
      throws IOException {
    try (ManifestWriter writer = ManifestWriter.create(file, facts, new byte[] {1, 2, 3})) {
      for (var entry : new TreeMap<>(chunks).entrySet()) {
        writer.add(entry.getKey(), entry.getValue());
      }
      writer.finish();
    }
    return Manifest.open(file);
  }
}
