package io.blockseal.snapshot;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a snapshot says of itself beside its chunks.
///
/// @param snapshotId its own id
/// @param volumeId the volume that it is a moment of; a copy keeps its source's
/// @param sizeBytes the size of the volume at that moment
/// @param cipher how its chunks are encrypted
/// @param lineageId whose data key encrypts them: 32 hexadecimal digits
/// @param key that data key, wrapped; null if and only if the cipher is [CipherSpec#NONE]
/// @param parentId the snapshot that its manifest was built on, or null
public record SnapshotFacts(
    String snapshotId,
    String volumeId,
    long sizeBytes,
    CipherSpec cipher,
    String lineageId,
    @Nullable WrappedKey key,
    @Nullable String parentId) {
  /// Ids become file names and metadata keys, so they are kept to what is safe in both.
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");

  private static final Pattern LINEAGE = Pattern.compile("[0-9a-f]{32}");

  public SnapshotFacts {
    checkId(snapshotId);
    checkId(volumeId);
    if (parentId != null) {
      checkId(parentId);
    }
    if (!LINEAGE.matcher(lineageId).matches()) {
      throw new IllegalArgumentException(
          "lineage id \"" + lineageId + "\" is not 32 lower-case hexadecimal digits");
    }
    if ((key != null) != cipher.encrypted()) {
      throw new IllegalArgumentException(
          "snapshot %s with cipher %s %s a wrapped key"
              .formatted(snapshotId, cipher, key == null ? "lacks" : "cannot have"));
    }
    sizeBytes = new Geometry(sizeBytes, cipher.tagged()).sizeBytes(); // which checks it
  }

  /// How the volume is divided, and how long its stored chunks are.
  public Geometry geometry() {
    return new Geometry(sizeBytes, cipher.tagged());
  }

  static String checkId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "id \"" + id + "\" is not 1 to 64 letters, digits and dashes");
    }
    return id;
  }
}
