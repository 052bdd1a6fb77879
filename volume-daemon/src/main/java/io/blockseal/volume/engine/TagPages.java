package io.blockseal.volume.engine;

import java.io.IOException;

/// Where the tag pages of an open volume come from. Thread-safe.
interface TagPages {
  /// Puts the records of `count` units of `chunk`, from the one with index `first` on, to their
  /// slots of [Scratch#tagPage]; the others are of no meaning. The caller holds a lock of the
  /// chunk.
  void load(long chunk, int first, int count, Scratch scratch) throws IOException;
}
