package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;

/// The geometry of an open volume, which changes when the volume grows. Thread-safe.
final class Extent {
  private volatile Geometry geometry;

  Extent(Geometry geometry) {
    this.geometry = geometry;
  }

  Geometry geometry() {
    return geometry;
  }

  /// The volume grew; called with all chunks locked.
  void grow(long newSizeBytes) {
    geometry = new Geometry(newSizeBytes, geometry.tagged());
  }
}
