package io.blockseal.snapshot;

import io.blockseal.volume.engine.Cuttable;
import io.blockseal.volume.engine.SealedVolume;
import io.blockseal.volume.engine.Volume;
import java.io.Closeable;
import java.io.IOException;

/// A snapshot's use of the volume that it is taken of. Closing it says that the snapshot needs the
/// volume no more; closing it twice does what closing it once does.
///
/// @param volume what is cut
/// @param release called by [#close]
public record CutSource(Cuttable volume, Closeable release) implements Closeable {
  /// An attached volume, which stays open when the snapshot is done.
  public static CutSource of(Volume volume) {
    return new CutSource(volume, () -> {});
  }

  /// A detached volume, which is closed when the snapshot is done.
  public static CutSource of(SealedVolume volume) {
    return new CutSource(volume, volume);
  }

  @Override
  public void close() throws IOException {
    release.close();
  }
}
