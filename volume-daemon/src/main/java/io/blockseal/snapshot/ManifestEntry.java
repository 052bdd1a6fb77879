package io.blockseal.snapshot;

/// One chunk of a snapshot that is not a hole.
///
/// @param chunk its number in the volume
/// @param digest where its stored form lies in the chunk store
public record ManifestEntry(long chunk, ChunkDigest digest) {
  public ManifestEntry {
    if (chunk < 0) {
      throw new IllegalArgumentException("chunk number " + chunk + " is negative");
    }
  }
}
