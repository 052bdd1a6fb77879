package io.blockseal.volume.engine;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.cipher.GcmUnitCipher;
import io.blockseal.volume.cipher.KeyDerivation;
import io.blockseal.volume.format.EpochTable;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The ciphers of a GCM volume's epochs, derived when they are first asked for. Bounded by the
/// number of epochs. Thread-safe; closed when no call runs any more.
final class EpochCiphers implements AutoCloseable {
  private final SecretBytes dataKey;
  private final byte[] lineageId;
  private final EpochTable table;
  private final AtomicReferenceArray<@Nullable GcmUnitCipher> ciphers;

  /// @param dataKey of which this keeps a copy
  EpochCiphers(SecretBytes dataKey, byte[] lineageId, EpochTable table) {
    this.dataKey = dataKey.slice(0, dataKey.lengthBytes());
    this.lineageId = lineageId.clone();
    this.table = table;
    ciphers = new AtomicReferenceArray<>(table.lastEpoch() + 1);
  }

  EpochTable table() {
    return table;
  }

  /// The cipher of `epoch`; null if the volume has no such epoch.
  @Nullable GcmUnitCipher of(int epoch) {
    if (epoch < 1 || epoch >= ciphers.length()) {
      return null;
    }
    GcmUnitCipher cipher = ciphers.get(epoch);
    return cipher != null ? cipher : derive(epoch);
  }

  @Override
  public void close() {
    for (int epoch = 1; epoch < ciphers.length(); epoch++) {
      GcmUnitCipher cipher = ciphers.getAndSet(epoch, null);
      if (cipher != null) {
        cipher.close();
      }
    }
    dataKey.close();
  }

  private synchronized GcmUnitCipher derive(int epoch) {
    GcmUnitCipher present = ciphers.get(epoch);
    if (present != null) {
      return present;
    }
    try (SecretBytes key = KeyDerivation.gcmEpochKey(dataKey, table.salt(epoch), lineageId)) {
      GcmUnitCipher cipher = new GcmUnitCipher(key, lineageId, epoch);
      ciphers.set(epoch, cipher);
      return cipher;
    }
  }
}
