package io.blockseal.volume.engine;

import org.jspecify.annotations.Nullable;

/// How to open a volume. Immutable.
///
/// @param readOnly whether writes are refused; nothing is written to any file then
/// @param backing where chunks come from that are not here yet; needed as long as the header names
///   a source snapshot
public record OpenOptions(boolean readOnly, @Nullable Backing backing) {
  public static OpenOptions writable() {
    return new OpenOptions(false, null);
  }

  public static OpenOptions forReading() {
    return new OpenOptions(true, null);
  }

  /// These options with a backing.
  public OpenOptions with(@Nullable Backing newBacking) {
    return new OpenOptions(readOnly, newBacking);
  }
}
