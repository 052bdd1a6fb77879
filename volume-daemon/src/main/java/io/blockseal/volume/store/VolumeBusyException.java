package io.blockseal.volume.store;

import java.io.IOException;

/// A volume that is already open, in this process or in another.
public final class VolumeBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  public VolumeBusyException(String volume) {
    super("volume %s is already open, here or in another process".formatted(volume));
  }
}
