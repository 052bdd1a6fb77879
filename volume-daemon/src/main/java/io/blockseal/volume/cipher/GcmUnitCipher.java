package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import javax.crypto.AEADBadTagException;

/// AES-256-GCM over single units (NIST SP 800-38D) under the key of one epoch.
///
/// Every altered, moved or swapped unit is detected, because the record of a unit holds its tag,
/// and the tag covers the ciphertext, the lineage, the unit number and the epoch. [UnitNonce] says
/// why no nonce repeats under the key.
///
/// Thread-safe; calls that run at once do not wait for each other. One instance serves one epoch of
/// one open volume; [#close] it when no call runs any more.
public final class GcmUnitCipher implements AutoCloseable {
  /// The length of an epoch key.
  public static final int KEY_BYTES = 32;

  /// The length of a lineage id.
  public static final int LINEAGE_BYTES = 16;

  /// The length of a unit.
  public static final int UNIT_BYTES = 4096;

  private final SecretBytes key;
  private final byte[] lineageId;
  private final int epoch;
  private final Lanes<GcmLane> lanes;

  /// @param epochKey 32 bytes, of which this cipher keeps a copy; the caller closes its own
  /// @param lineageId 16 bytes
  /// @param epoch unsigned, not 0
  public GcmUnitCipher(SecretBytes epochKey, byte[] lineageId, int epoch) {
    if (epochKey.lengthBytes() != KEY_BYTES) {
      throw new IllegalArgumentException(
          "AES-256-GCM needs a key of %d bytes, not %d"
              .formatted(KEY_BYTES, epochKey.lengthBytes()));
    }
    if (lineageId.length != LINEAGE_BYTES) {
      throw new IllegalArgumentException(
          "lineage id of %d bytes, not %d".formatted(lineageId.length, LINEAGE_BYTES));
    }
    if (epoch == UnitRecord.UNWRITTEN) {
      throw new IllegalArgumentException("epoch 0 means an unwritten unit and has no cipher");
    }
    key = epochKey.slice(0, KEY_BYTES);
    this.lineageId = lineageId.clone();
    this.epoch = epoch;
    lanes = new Lanes<>(() -> CipherLibraries.gcmLane(key, UNIT_BYTES, UnitAad.BYTES));
  }

  /// Encrypts the unit in `plain` to `cipher` and writes its [UnitRecord]; the three positions
  /// advance by 4096, 4096 and 32.
  ///
  /// The buffers may be heap or direct; `plain` and `cipher` may be the very same memory.
  ///
  /// @param counter unsigned, never used before in this epoch: using one twice gives the key away
  /// @throws IllegalArgumentException if a buffer has fewer bytes left
  /// @throws ReadOnlyBufferException if `cipher` is only for reading
  /// @throws IllegalStateException after [#close]
  public void encrypt(
      long unit, long counter, ByteBuffer plain, ByteBuffer cipher, ByteBuffer record) {
    check(unit, plain, cipher, record);
    checkWritable(cipher);
    int from = plain.position();
    int to = cipher.position();
    GcmLane lane = lanes.borrow();
    try {
      UnitNonce.put(counter, lane.nonce);
      UnitAad.put(lineageId, unit, epoch, lane.aad);
      lane.seal(plain, from, cipher, to);
      putRecord(lane, record);
    } finally {
      lanes.giveBack(lane);
    }
    plain.position(from + UNIT_BYTES);
    cipher.position(to + UNIT_BYTES);
  }

  /// Decrypts the unit in `cipher`, whose record is at the position of `record`, to `plain`; the
  /// positions advance as in [#encrypt].
  ///
  /// @throws TagMismatchException if the unit is not what was encrypted as `unit` with this record;
  ///   then `plain` holds zeros in its place and no position moved
  /// @throws IllegalArgumentException if a buffer has fewer bytes left, or if the record is of
  ///   another epoch: the caller chooses the cipher by [UnitRecord#epoch]
  /// @throws IllegalStateException after [#close]
  public void decrypt(long unit, ByteBuffer cipher, ByteBuffer record, ByteBuffer plain)
      throws TagMismatchException {
    check(unit, plain, cipher, record);
    checkWritable(plain);
    if (UnitRecord.epoch(record) != epoch) {
      throw new IllegalArgumentException(
          "unit %d was sealed in epoch %s, this is the cipher of epoch %s"
              .formatted(
                  unit,
                  Integer.toUnsignedString(UnitRecord.epoch(record)),
                  Integer.toUnsignedString(epoch)));
    }
    int start = record.position();
    int from = cipher.position();
    int to = plain.position();
    GcmLane lane = lanes.borrow();
    try {
      record.get(start + UnitRecord.NONCE_OFFSET, lane.nonce);
      UnitAad.put(lineageId, unit, epoch, lane.aad);
      record.get(start + UnitRecord.TAG_OFFSET, lane.tag);
      lane.open(cipher, from, plain, to);
    } catch (AEADBadTagException e) {
      throw new TagMismatchException(unit, epoch, e);
    } finally {
      lanes.giveBack(lane);
    }
    cipher.position(from + UNIT_BYTES);
    plain.position(to + UNIT_BYTES);
    record.position(start + UnitRecord.BYTES);
  }

  /// Overwrites the key, and the key schedules of the lanes.
  @Override
  public void close() {
    lanes.close();
    key.close();
  }

  private void putRecord(GcmLane lane, ByteBuffer record) {
    record.putInt(record.order() == ByteOrder.LITTLE_ENDIAN ? epoch : Integer.reverseBytes(epoch));
    record.put(lane.nonce);
    record.put(lane.tag);
  }

  private static void checkWritable(ByteBuffer target) {
    if (target.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
  }

  private static void check(long unit, ByteBuffer plain, ByteBuffer cipher, ByteBuffer record) {
    if (unit < 0) {
      throw new IllegalArgumentException("unit %d is negative".formatted(unit));
    }
    if (plain.remaining() < UNIT_BYTES || cipher.remaining() < UNIT_BYTES) {
      throw new IllegalArgumentException(
          "buffers of %d and %d bytes are too short for a unit of %d"
              .formatted(plain.remaining(), cipher.remaining(), UNIT_BYTES));
    }
    if (record.remaining() < UnitRecord.BYTES) {
      throw new IllegalArgumentException(
          "buffer of %d bytes is too short for a record of %d"
              .formatted(record.remaining(), UnitRecord.BYTES));
    }
  }
}
