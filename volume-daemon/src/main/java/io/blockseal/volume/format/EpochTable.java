package io.blockseal.volume.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The salts of a GCM volume's epochs 1, 2, 3, ..., and their form on disk and in manifests: one
/// entry an epoch, in order.
///
/// | offset | length | what |
/// |---|---|---|
/// | 0 | 4 | epoch |
/// | 4 | 4 | zeros |
/// | 8 | 32 | salt of the epoch's key |
/// | 40 | 20 | zeros |
/// | 60 | 4 | CRC-32C of the 60 bytes before |
///
/// A salt that somebody changed derives another key, under which every unit of its epoch fails its
/// authentication; so the table needs no MAC. Immutable.
public final class EpochTable {
  public static final int ENTRY_BYTES = 64;
  public static final int SALT_BYTES = 32;

  private static final EpochTable EMPTY = new EpochTable(List.of());
  private static final int SALT = 8;
  private static final int CRC = 60;

  private final List<byte[]> salts;

  private EpochTable(List<byte[]> salts) {
    this.salts = salts;
  }

  /// The table without epochs.
  public static EpochTable empty() {
    return EMPTY;
  }

  /// The table with these salts, which nobody else holds.
  static EpochTable of(List<byte[]> salts) {
    return new EpochTable(List.copyOf(salts));
  }

  /// The table that [#toBytes] made.
  public static EpochTable parse(byte[] entries) throws FormatException {
    if (entries.length % ENTRY_BYTES != 0) {
      throw new FormatException(
          "epoch table of %d bytes is no multiple of %d".formatted(entries.length, ENTRY_BYTES));
    }
    List<byte[]> salts = new ArrayList<>();
    for (int offset = 0; offset < entries.length; offset += ENTRY_BYTES) {
      salts.add(salt(entries, offset, salts.size() + 1));
    }
    return of(salts);
  }

  /// The newest epoch; 0 if there is none.
  public int lastEpoch() {
    return salts.size();
  }

  /// The salt of `epoch`.
  public byte[] salt(int epoch) {
    if (epoch < 1 || epoch > salts.size()) {
      throw new IllegalArgumentException(
          "epoch %d is not one of 1 to %d".formatted(epoch, salts.size()));
    }
    return salts.get(epoch - 1).clone();
  }

  /// This table with the next epoch.
  public EpochTable with(byte[] salt) {
    if (salt.length != SALT_BYTES) {
      throw new IllegalArgumentException(
          "epoch salt of %d bytes, not %d".formatted(salt.length, SALT_BYTES));
    }
    List<byte[]> longer = new ArrayList<>(salts);
    longer.add(salt.clone());
    return new EpochTable(List.copyOf(longer));
  }

  /// The entries of all epochs.
  public byte[] toBytes() {
    byte[] bytes = new byte[salts.size() * ENTRY_BYTES];
    for (int epoch = 1; epoch <= salts.size(); epoch++) {
      System.arraycopy(entry(epoch), 0, bytes, (epoch - 1) * ENTRY_BYTES, ENTRY_BYTES);
    }
    return bytes;
  }

  /// The entry of one epoch.
  public byte[] entry(int epoch) {
    byte[] entry = new byte[ENTRY_BYTES];
    ByteBuffer fields = view(entry).putInt(0, epoch);
    System.arraycopy(salt(epoch), 0, entry, SALT, SALT_BYTES);
    fields.putInt(CRC, Checksums.of(entry, 0, CRC));
    return entry;
  }

  /// The salt in the entry at `offset` of `entries`; null if it is not a valid entry of `epoch`.
  static byte @Nullable [] saltOrNull(byte[] entries, int offset, int epoch) {
    try {
      return salt(entries, offset, epoch);
    } catch (FormatException e) {
      return null;
    }
  }

  private static byte[] salt(byte[] entries, int offset, int epoch) throws FormatException {
    ByteBuffer fields = view(entries);
    if (Checksums.of(entries, offset, CRC) != fields.getInt(offset + CRC)) {
      throw new FormatException("entry of epoch %d fails its checksum".formatted(epoch));
    }
    if (fields.getInt(offset) != epoch) {
      throw new FormatException(
          "entry of epoch %d says epoch %d".formatted(epoch, fields.getInt(offset)));
    }
    byte[] salt = new byte[SALT_BYTES];
    System.arraycopy(entries, offset + SALT, salt, 0, SALT_BYTES);
    return salt;
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
