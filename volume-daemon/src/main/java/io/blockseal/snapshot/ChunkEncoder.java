package io.blockseal.snapshot;

import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.EpochTable;
import java.nio.ByteBuffer;

/// Turns plaintext into the stored chunks of one new snapshot. Thread-safe.
interface ChunkEncoder extends AutoCloseable {
  /// Fills `stored`, from position 0, with the stored form of `chunk`. To be called for a chunk
  /// again only with the same plaintext.
  ///
  /// @return false if nothing in the chunk was ever written: it is a hole
  boolean encode(long chunk, PlainChunk plain, ByteBuffer stored);

  /// Wipes the keys.
  @Override
  void close();

  /// The encoder for the chunks of an encrypted snapshot.
  ///
  /// @param epochs for GCM, a table whose one epoch nobody else writes in
  /// @param dataKey copied
  static ChunkEncoder of(SnapshotFacts facts, EpochTable epochs, SecretBytes dataKey) {
    Geometry geometry = facts.geometry();
    return switch (facts.cipher()) {
      case NONE ->
          throw new IllegalArgumentException(
              "snapshot %s cannot be made a plain one: a copy never loses its encryption"
                  .formatted(facts.snapshotId()));
      case AES_256_XTS -> new XtsCodec(geometry, dataKey);
      case AES_256_GCM -> new GcmEncoder(facts, epochs, dataKey);
    };
  }
}
