package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// The keys that a volume derives from its data key, with HKDF-SHA256 (RFC 5869). Each has an
/// `info` of its own, which ends with the lineage id, so no key serves two purposes.
///
/// The JDK keeps copies of its input and output in objects that can not be wiped. Stateless.
public final class KeyDerivation {
  /// The length of the data key of a lineage, for either cipher.
  public static final int DATA_KEY_BYTES = 64;

  /// The length of the random salt of an epoch.
  public static final int EPOCH_SALT_BYTES = 32;

  /// The field that binds the key of a tag tree to its volume.
  private static final int VOLUME_ID_BYTES = 64;

  private static final int KEY_BYTES = 32;
  private static final byte[] NO_SALT = {};
  private static final byte[] EPOCH_INFO = ascii("blockseal/gcm-epoch/v1");
  private static final byte[] HEADER_MAC_INFO = ascii("blockseal/header-mac/v1");
  private static final byte[] TAG_TREE_INFO = ascii("blockseal/tag-tree/v1");
  private static final byte[] NOTHING = {};

  private KeyDerivation() {}

  /// The AES-256-GCM key of one epoch: salted with the epoch's salt, for `blockseal/gcm-epoch/v1 ||
  /// lineage id`. The caller closes it.
  public static SecretBytes gcmEpochKey(SecretBytes dataKey, byte[] epochSalt, byte[] lineageId) {
    if (epochSalt.length != EPOCH_SALT_BYTES) {
      throw new IllegalArgumentException(
          "epoch salt of %d bytes, not %d".formatted(epochSalt.length, EPOCH_SALT_BYTES));
    }
    return derive(dataKey, epochSalt, EPOCH_INFO, lineageId, NOTHING);
  }

  /// The HMAC-SHA256 key of the volume header: without salt, for `blockseal/header-mac/v1 ||
  /// lineage id`. The caller closes it.
  public static SecretBytes headerMacKey(SecretBytes dataKey, byte[] lineageId) {
    return derive(dataKey, NO_SALT, HEADER_MAC_INFO, lineageId, NOTHING);
  }

  /// The HMAC-SHA256 key of the tag tree of one volume, see [PageMac]: without salt, for
  /// `blockseal/tag-tree/v1 || lineage id || volume id`, the latter padded with zeros to 64 bytes.
  /// The caller closes it.
  public static SecretBytes tagTreeKey(SecretBytes dataKey, byte[] lineageId, String volumeId) {
    byte[] id = ascii(volumeId);
    if (id.length > VOLUME_ID_BYTES) {
      throw new IllegalArgumentException(
          "volume id of %d bytes, more than %d".formatted(id.length, VOLUME_ID_BYTES));
    }
    return derive(dataKey, NO_SALT, TAG_TREE_INFO, lineageId, Arrays.copyOf(id, VOLUME_ID_BYTES));
  }

  /// All keys have 32 bytes.
  private static SecretBytes derive(
      SecretBytes dataKey, byte[] salt, byte[] purpose, byte[] lineageId, byte[] owner) {
    if (dataKey.lengthBytes() != DATA_KEY_BYTES) {
      throw new IllegalArgumentException(
          "data key of %d bytes, not %d".formatted(dataKey.lengthBytes(), DATA_KEY_BYTES));
    }
    if (lineageId.length != GcmUnitCipher.LINEAGE_BYTES) {
      throw new IllegalArgumentException(
          "lineage id of %d bytes, not %d"
              .formatted(lineageId.length, GcmUnitCipher.LINEAGE_BYTES));
    }
    byte[] info =
        ByteBuffer.allocate(purpose.length + lineageId.length + owner.length)
            .put(purpose)
            .put(lineageId)
            .put(owner)
            .array();
    return dataKey.apply(key -> SecretBytes.takeOver(hkdf(key, salt, info, KEY_BYTES)));
  }

  /// HKDF-SHA256, extract then expand.
  static byte[] hkdf(byte[] keyMaterial, byte[] salt, byte[] info, int lengthBytes) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(keyMaterial)
                  .addSalt(salt)
                  .thenExpand(info, lengthBytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses HKDF-SHA256: " + e.getMessage(), e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
