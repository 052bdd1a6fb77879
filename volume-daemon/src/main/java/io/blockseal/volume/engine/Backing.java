package io.blockseal.volume.engine;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Where the chunks of a volume come from that are not in its file yet: the snapshot that it was
/// made from. Thread-safe.
public interface Backing {
  /// Fills `target` with the stored form of `chunk`: its tag page, if the cipher has any, and its
  /// units as they were encrypted. A chunk beyond the end of the snapshot is a hole.
  ///
  /// @param target has exactly the length of a stored chunk remaining
  /// @return false if the chunk is a hole; `target` is left as it was then
  boolean fetch(long chunk, ByteBuffer target) throws IOException;
}
