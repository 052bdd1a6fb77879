package io.blockseal.volume.format;

import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the header of a volume says. Immutable.
///
/// @param volumeId such as `vol-0123456789abcdef0`; the files of one volume are bound together by
///   it
/// @param sizeBytes what a reader of the volume sees
/// @param unitBytes 4096 in this version
/// @param chunkBytes 524288 in this version
/// @param kmsKeyArn the KMS key that wraps the data key; null if the volume is not encrypted
/// @param encryptedDataKey the wrapped data key in Base64; null if the volume is not encrypted
/// @param encryptionContext what the data key was wrapped with, sorted by key
/// @param lineageId 32 hexadecimal digits, shared by all volumes and snapshots of one data key
/// @param sequence grows with every change of the header
/// @param sourceSnapshotId the snapshot that chunks are still fetched from; null if all are here
/// @param tagTree null unless the cipher keeps tag pages
public record VolumeHeader(
    String volumeId,
    long sizeBytes,
    CipherSpec cipher,
    int unitBytes,
    int chunkBytes,
    @Nullable String kmsKeyArn,
    @Nullable String encryptedDataKey,
    Map<String, String> encryptionContext,
    String lineageId,
    long sequence,
    @Nullable String sourceSnapshotId,
    @Nullable TagTreeHead tagTree) {
  /// The unit of this version.
  public static final int UNIT_BYTES = 4096;

  /// The chunk of this version.
  public static final int CHUNK_BYTES = 512 << 10;

  /// Bounds the id, so that it fits the fixed fields of the journal.
  public static final int MAX_ID_LENGTH = 64;

  public VolumeHeader {
    if (volumeId.isEmpty() || volumeId.length() > MAX_ID_LENGTH || !isPrintable(volumeId)) {
      throw new IllegalArgumentException(
          "volume id \"%s\" is not 1 to %d printable ASCII characters"
              .formatted(volumeId, MAX_ID_LENGTH));
    }
    if (sizeBytes <= 0 || sizeBytes % UNIT_BYTES != 0) {
      throw new IllegalArgumentException(
          "volume size %d bytes is no positive multiple of %d".formatted(sizeBytes, UNIT_BYTES));
    }
    if (unitBytes != UNIT_BYTES || chunkBytes != CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "units of %d and chunks of %d bytes, not %d and %d"
              .formatted(unitBytes, chunkBytes, UNIT_BYTES, CHUNK_BYTES));
    }
    if (cipher.encrypted() != (encryptedDataKey != null)) {
      throw new IllegalArgumentException(
          "cipher %s %s encrypted data key"
              .formatted(cipher, cipher.encrypted() ? "without an" : "with an"));
    }
    if (lineageId.length() != 32 || !lineageId.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException(
          "lineage id \"%s\" is not 32 hexadecimal digits".formatted(lineageId));
    }
    if (cipher.tagged() != (tagTree != null)) {
      throw new IllegalArgumentException(
          "cipher %s %s tag tree".formatted(cipher, cipher.tagged() ? "without a" : "with a"));
    }
    encryptionContext = java.util.Collections.unmodifiableMap(new TreeMap<>(encryptionContext));
  }

  /// The lineage id as the 16 bytes that keys and associated data are bound to.
  public byte[] lineageBytes() {
    return HexFormat.of().parseHex(lineageId);
  }

  /// This header with another size, and the next sequence number.
  public VolumeHeader grownTo(long newSizeBytes) {
    return next(sequence, newSizeBytes, sourceSnapshotId, tagTree);
  }

  /// This header without a source snapshot, and the next sequence number.
  public VolumeHeader hydrated() {
    return next(sequence, sizeBytes, null, tagTree);
  }

  /// This header with another tag tree, and the next sequence number.
  public VolumeHeader with(TagTreeHead newTagTree) {
    return next(sequence, sizeBytes, sourceSnapshotId, newTagTree);
  }

  /// This header with the sequence number after `last`, which is not below its own.
  public VolumeHeader following(long last) {
    return next(last, sizeBytes, sourceSnapshotId, tagTree);
  }

  private VolumeHeader next(
      long last,
      long newSizeBytes,
      @Nullable String newSourceSnapshotId,
      @Nullable TagTreeHead newTagTree) {
    return new VolumeHeader(
        volumeId,
        newSizeBytes,
        cipher,
        unitBytes,
        chunkBytes,
        kmsKeyArn,
        encryptedDataKey,
        encryptionContext,
        lineageId,
        last + 1,
        newSourceSnapshotId,
        newTagTree);
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127);
  }
}
