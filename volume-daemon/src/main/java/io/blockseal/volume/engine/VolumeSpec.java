package io.blockseal.volume.engine;

import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.TagTreeHead;
import io.blockseal.volume.format.VolumeHeader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a new volume is to be. Immutable; the `with…` methods answer a changed copy.
///
/// @param lineageId 32 hexadecimal digits; a clone has that of its snapshot, any other a new one
/// @param kmsKeyArn the KMS key that wraps the data key
/// @param encryptedDataKey the wrapped data key in Base64; null if the cipher is `NONE`
/// @param epochTable what the chunks of the source snapshot need; empty without one
/// @param sourceSnapshotId the snapshot that the volume starts as; null for an empty volume
public record VolumeSpec(
    String volumeId,
    long sizeBytes,
    CipherSpec cipher,
    String lineageId,
    @Nullable String kmsKeyArn,
    @Nullable String encryptedDataKey,
    Map<String, String> encryptionContext,
    EpochTable epochTable,
    @Nullable String sourceSnapshotId) {
  public VolumeSpec {
    encryptionContext = Map.copyOf(encryptionContext);
  }

  /// An empty volume; one that is to be encrypted needs [#withKey] too.
  public static VolumeSpec of(
      String volumeId, long sizeBytes, CipherSpec cipher, String lineageId) {
    return new VolumeSpec(
        volumeId, sizeBytes, cipher, lineageId, null, null, Map.of(), EpochTable.empty(), null);
  }

  /// This volume with a wrapped data key.
  public VolumeSpec withKey(
      @Nullable String newKmsKeyArn,
      String newEncryptedDataKey,
      Map<String, String> newEncryptionContext) {
    return new VolumeSpec(
        volumeId,
        sizeBytes,
        cipher,
        lineageId,
        newKmsKeyArn,
        newEncryptedDataKey,
        newEncryptionContext,
        epochTable,
        sourceSnapshotId);
  }

  /// This volume, starting as the snapshot with that id, whose chunks need `newEpochTable`.
  public VolumeSpec fromSnapshot(String snapshotId, EpochTable newEpochTable) {
    return new VolumeSpec(
        volumeId,
        sizeBytes,
        cipher,
        lineageId,
        kmsKeyArn,
        encryptedDataKey,
        encryptionContext,
        newEpochTable,
        snapshotId);
  }

  VolumeHeader header() {
    return new VolumeHeader(
        volumeId,
        sizeBytes,
        cipher,
        VolumeHeader.UNIT_BYTES,
        VolumeHeader.CHUNK_BYTES,
        kmsKeyArn,
        encryptedDataKey,
        encryptionContext,
        lineageId,
        1,
        sourceSnapshotId,
        cipher.tagged() ? TagTreeHead.empty() : null);
  }
}
