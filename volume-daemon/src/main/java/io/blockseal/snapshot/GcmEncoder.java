package io.blockseal.snapshot;

import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.GcmUnitCipher;
import io.blockseal.volume.cipher.KeyDerivation;
import io.blockseal.volume.cipher.UnitRecord;
import io.blockseal.volume.format.EpochTable;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Writes chunks under AES-256-GCM, all of them in epoch 1 of a new lineage.
///
/// The counter of a unit is its number. Nobody else writes in this epoch: its salt was drawn for
/// this one copy, and volumes made of it begin with epoch 2. The copy is of a snapshot, which never
/// changes, so a unit that is encrypted a second time, because a copy was interrupted and taken up
/// again, has the same plaintext and becomes the same ciphertext. Thread-safe.
final class GcmEncoder implements ChunkEncoder {
  static final int EPOCH = 1;

  private final Geometry geometry;
  private final GcmUnitCipher cipher;

  GcmEncoder(SnapshotFacts facts, EpochTable epochs, SecretBytes dataKey) {
    if (epochs.lastEpoch() != EPOCH) {
      throw new IllegalArgumentException(
          "a copy has one epoch, the table of %s has %d"
              .formatted(facts.snapshotId(), epochs.lastEpoch()));
    }
    geometry = facts.geometry();
    byte[] lineage = HexFormat.of().parseHex(facts.lineageId());
    try (SecretBytes key = KeyDerivation.gcmEpochKey(dataKey, epochs.salt(EPOCH), lineage)) {
      cipher = new GcmUnitCipher(key, lineage, EPOCH);
    }
  }

  @Override
  public boolean encode(long chunk, PlainChunk plain, ByteBuffer stored) {
    long first = Geometry.firstUnitOf(chunk);
    int units = geometry.unitsInChunk(chunk);
    MemorySegment.ofBuffer(stored).fill((byte) 0);
    for (int unit = plain.written().nextSetBit(0);
        unit >= 0 && unit < units;
        unit = plain.written().nextSetBit(unit + 1)) {
      cipher.encrypt(
          first + unit,
          first + unit,
          plain.units(unit, 1),
          stored.slice(Geometry.TAG_PAGE_BYTES + unit * Geometry.UNIT_BYTES, Geometry.UNIT_BYTES),
          stored.slice(unit * UnitRecord.BYTES, UnitRecord.BYTES));
    }
    return !plain.written().isEmpty();
  }

  @Override
  public void close() {
    cipher.close();
  }
}
