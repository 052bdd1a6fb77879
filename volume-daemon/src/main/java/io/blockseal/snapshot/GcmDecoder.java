package io.blockseal.snapshot;

import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.GcmUnitCipher;
import io.blockseal.volume.cipher.KeyDerivation;
import io.blockseal.volume.cipher.TagMismatchException;
import io.blockseal.volume.cipher.UnitRecord;
import io.blockseal.volume.engine.UnreadableUnitException;
import io.blockseal.volume.format.EpochTable;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads chunks under AES-256-GCM, whose units may be of any epoch of the table. Thread-safe.
final class GcmDecoder implements ChunkDecoder {
  /// A cipher holds some tens of KiB; volumes are rarely opened more often between two rewrites.
  static final int MAX_KEPT_CIPHERS = 128;

  private final SnapshotFacts facts;
  private final Geometry geometry;
  private final EpochTable epochs;
  private final byte[] lineage;
  private final SecretBytes dataKey;

  // Guarded by this.
  private final Map<Integer, GcmUnitCipher> ciphers = new HashMap<>();

  GcmDecoder(SnapshotFacts facts, EpochTable epochs, SecretBytes dataKey) {
    this.facts = facts;
    this.geometry = facts.geometry();
    this.epochs = epochs;
    this.lineage = HexFormat.of().parseHex(facts.lineageId());
    this.dataKey = dataKey.slice(0, dataKey.lengthBytes());
  }

  @Override
  public void decode(long chunk, ByteBuffer stored, PlainChunk plain)
      throws UnreadableUnitException {
    plain.written().clear();
    int units = geometry.unitsInChunk(chunk);
    for (int unit = 0; unit < units; unit++) {
      ByteBuffer record = stored.slice(unit * UnitRecord.BYTES, UnitRecord.BYTES);
      if (UnitRecord.written(record)) {
        decode(Geometry.firstUnitOf(chunk) + unit, unit, stored, record, plain);
        plain.written().set(unit);
      }
    }
  }

  @Override
  public synchronized void close() {
    ciphers.values().forEach(GcmUnitCipher::close);
    ciphers.clear();
    dataKey.close();
  }

  private void decode(long number, int unit, ByteBuffer stored, ByteBuffer record, PlainChunk plain)
      throws UnreadableUnitException {
    int epoch = UnitRecord.epoch(record);
    if (epoch < 1 || epoch > epochs.lastEpoch()) {
      throw unreadable(number, UnitRecord.reasonAgainst(epoch, epochs.lastEpoch()));
    }
    ByteBuffer ciphertext =
        stored.slice(Geometry.TAG_PAGE_BYTES + unit * Geometry.UNIT_BYTES, Geometry.UNIT_BYTES);
    GcmUnitCipher kept = kept(epoch);
    try {
      if (kept != null) {
        kept.decrypt(number, ciphertext, record, plain.units(unit, 1));
        return;
      }
      try (GcmUnitCipher once = cipher(epoch)) {
        once.decrypt(number, ciphertext, record, plain.units(unit, 1));
      }
    } catch (TagMismatchException e) {
      throw unreadable(number, "its authentication fails");
    }
  }

  /// The cipher of `epoch`; null if enough others are kept already.
  private synchronized @Nullable GcmUnitCipher kept(int epoch) {
    GcmUnitCipher kept = ciphers.get(epoch);
    if (kept == null && ciphers.size() < MAX_KEPT_CIPHERS) {
      kept = cipher(epoch);
      ciphers.put(epoch, kept);
    }
    return kept;
  }

  private GcmUnitCipher cipher(int epoch) {
    try (SecretBytes key = KeyDerivation.gcmEpochKey(dataKey, epochs.salt(epoch), lineage)) {
      return new GcmUnitCipher(key, lineage, epoch);
    }
  }

  private UnreadableUnitException unreadable(long unit, String reason) {
    return new UnreadableUnitException(
        facts.volumeId() + " in snapshot " + facts.snapshotId(), unit, reason);
  }
}
