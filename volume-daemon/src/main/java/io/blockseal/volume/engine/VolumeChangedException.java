package io.blockseal.volume.engine;

import java.io.IOException;

/// A cut cannot be taken up again, because the volume was written to since it was opened.
public final class VolumeChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  public VolumeChangedException(String name) {
    super(
        "volume %s was written to since it was opened: an older cut cannot be taken up again"
            .formatted(name));
  }
}
