package io.blockseal.volume.engine;

import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.VolumeHeader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the header of a volume says. Immutable.
///
/// @param kmsKeyArn the KMS key that wraps the data key; null if unknown or not encrypted
/// @param encryptedDataKey the wrapped data key in Base64; null if not encrypted
/// @param lineageId 32 hexadecimal digits
/// @param sequence grows with every change of the header
/// @param sourceSnapshotId the snapshot that chunks are still fetched from; null if all are here
public record VolumeDescription(
    String volumeId,
    long sizeBytes,
    CipherSpec cipher,
    @Nullable String kmsKeyArn,
    @Nullable String encryptedDataKey,
    Map<String, String> encryptionContext,
    String lineageId,
    long sequence,
    @Nullable String sourceSnapshotId) {
  static VolumeDescription of(VolumeHeader header) {
    return new VolumeDescription(
        header.volumeId(),
        header.sizeBytes(),
        header.cipher(),
        header.kmsKeyArn(),
        header.encryptedDataKey(),
        header.encryptionContext(),
        header.lineageId(),
        header.sequence(),
        header.sourceSnapshotId());
  }
}
