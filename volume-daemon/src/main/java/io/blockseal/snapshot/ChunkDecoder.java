package io.blockseal.snapshot;

import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.format.EpochTable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Turns the stored chunks of one snapshot into plaintext. Thread-safe.
interface ChunkDecoder extends AutoCloseable {
  /// Fills `plain` with the units of `chunk`.
  ///
  /// @param stored the stored form, from position 0
  /// @throws UnreadableUnitException if a unit fails its authentication
  void decode(long chunk, ByteBuffer stored, PlainChunk plain) throws UnreadableUnitException;

  /// Wipes the keys.
  @Override
  void close();

  /// The decoder for the chunks of a snapshot.
  ///
  /// @param dataKey null if the snapshot is not encrypted; copied
  static ChunkDecoder of(SnapshotFacts facts, EpochTable epochs, @Nullable SecretBytes dataKey) {
    Geometry geometry = facts.geometry();
    return switch (facts.cipher()) {
      case NONE -> new PlainCodec(geometry);
      case AES_256_XTS -> new XtsCodec(geometry, keyOf(facts, dataKey));
      case AES_256_GCM -> new GcmDecoder(facts, epochs, keyOf(facts, dataKey));
    };
  }

  private static SecretBytes keyOf(SnapshotFacts facts, @Nullable SecretBytes dataKey) {
    if (dataKey == null) {
      throw new IllegalArgumentException(
          "snapshot %s is encrypted with %s and needs its data key"
              .formatted(facts.snapshotId(), facts.cipher()));
    }
    return dataKey;
  }
}
