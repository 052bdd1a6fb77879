package io.blockseal.volume.engine;

import java.io.IOException;

/// Stored bytes that failed their authentication: altered, moved or swapped behind the engine's
/// back.
public final class UnreadableUnitException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param unit the number of the 4 KiB unit, counted from the start of the volume
  public UnreadableUnitException(String volume, long unit, String reason) {
    super("volume %s: unit %d is unreadable: %s".formatted(volume, unit, reason));
  }
}
