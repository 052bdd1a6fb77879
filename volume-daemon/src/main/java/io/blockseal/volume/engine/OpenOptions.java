package io.blockseal.volume.engine;

import org.jspecify.annotations.Nullable;

/// How to open a volume. Immutable.
///
/// @param readOnly whether writes are refused; what the files say stays as it is then
/// @param volumeId whose the files have to be; null takes anybody's
/// @param backing where chunks come from that are not here yet; needed as long as the header names
///   a source snapshot
/// @param witness knows which state of a GCM volume was the last
public record OpenOptions(
    boolean readOnly, @Nullable String volumeId, @Nullable Backing backing, RootWitness witness) {
  public static OpenOptions writable() {
    return new OpenOptions(false, null, null, RootWitness.NONE);
  }

  public static OpenOptions forReading() {
    return new OpenOptions(true, null, null, RootWitness.NONE);
  }

  /// These options for nobody's files but those of one volume.
  public OpenOptions forVolume(String newVolumeId) {
    return new OpenOptions(readOnly, newVolumeId, backing, witness);
  }

  /// These options with a backing.
  public OpenOptions with(@Nullable Backing newBacking) {
    return new OpenOptions(readOnly, volumeId, newBacking, witness);
  }

  /// These options with a witness.
  public OpenOptions witnessedBy(RootWitness newWitness) {
    return new OpenOptions(readOnly, volumeId, backing, newWitness);
  }
}
