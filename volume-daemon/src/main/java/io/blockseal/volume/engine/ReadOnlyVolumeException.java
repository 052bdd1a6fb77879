package io.blockseal.volume.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A write to a volume that takes none: it was opened so, or it lost its promise of durability when
/// the system failed a sync, and stays read-only until it is opened again.
public final class ReadOnlyVolumeException extends IOException {
  private static final long serialVersionUID = 1L;

  public ReadOnlyVolumeException(String volume, @Nullable Throwable failure) {
    super(
        failure == null
            ? "volume %s is open for reading only".formatted(volume)
            : "volume %s is read-only since a sync failed: %s"
                .formatted(volume, failure.getMessage()),
        failure);
  }
}
