package io.blockseal.volume.engine;

import org.jspecify.annotations.Nullable;

/// Arrays of one length that were let go, for whoever needs one next: what a generation of the
/// [Overlay] leaves behind serves the one that is being filled. Thread-safe.
final class SlabPool {
  /// Twice what the units of the longest segment need that come one by one.
  private static final int MOST = 1024;

  private final int lengthLongs;

  /// Guarded by this, as all below.
  private final long[] @Nullable [] idle = new long[MOST][];

  private int count;

  SlabPool(int lengthLongs) {
    this.lengthLongs = lengthLongs;
  }

  /// An array of some content.
  long[] take() {
    synchronized (this) {
      if (count > 0) {
        count--;
        long[] slab = idle[count];
        idle[count] = null;
        return slab;
      }
    }
    return new long[lengthLongs];
  }

  /// Needs no memory.
  synchronized void giveBack(long[] slab) {
    if (count < MOST) {
      idle[count] = slab;
      count++;
    }
  }

  /// Leaves what is idle to the collector.
  synchronized void clear() {
    while (count > 0) {
      count--;
      idle[count] = null;
    }
  }
}
