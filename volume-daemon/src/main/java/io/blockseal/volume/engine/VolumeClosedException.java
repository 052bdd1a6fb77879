package io.blockseal.volume.engine;

import java.io.IOException;

/// A request to a volume that was closed.
public final class VolumeClosedException extends IOException {
  private static final long serialVersionUID = 1L;

  public VolumeClosedException(String volume) {
    super("volume %s is closed".formatted(volume));
  }
}
