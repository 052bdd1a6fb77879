package io.blockseal.volume.block;

/// The tree of MACs over the tag pages of a tagged volume: which node covers what, and where in the
/// volume file it lies.
///
/// A *node* is a page of 128 MACs, one for each of its children; the children of a node of level 1
/// are the tag pages of 128 chunks, those of a node of level `n` are 128 nodes of level `n - 1`.
/// The one node of level 4 covers more chunks than the largest volume has. Every node has two
/// *slots* in the file, so that a new version never overwrites the one that counts. The slots lie
/// right before the home of the first chunk that the node covers, those of a higher level first; so
/// a volume grows without moving anything. Stateless.
///
/// ```
/// before chunk 0      [ level 4 | level 3 | level 2 | level 1 ] [ chunk 0 ] ... [ chunk 127 ]
/// before chunk 128    [ level 1 ] [ chunk 128 ] ...
/// before chunk 16384  [ level 2 | level 1 ] [ chunk 16384 ] ...
/// ```
public final class TagTreeShape {
  /// Levels of nodes; the tag pages are level 0.
  public static final int LEVELS = 4;

  /// The children of a node.
  public static final int FANOUT = 128;

  /// The length of a node.
  public static final int NODE_BYTES = 4096;

  /// How many versions of a node the file has room for.
  public static final int SLOTS = 2;

  private static final int FANOUT_BITS = 7;
  private static final long NODE_HOME_BYTES = (long) SLOTS * NODE_BYTES;

  private TagTreeShape() {}

  /// The node of `level` above `chunk`.
  public static long nodeAbove(long chunk, int level) {
    return chunk >> (FANOUT_BITS * level);
  }

  /// The place of the child with that number among the children of its node.
  public static int indexInNode(long child) {
    return (int) (child % FANOUT);
  }

  /// The file offset of a slot, 0 or 1, of a node.
  public static long nodeHome(int level, long node, int slot) {
    long firstChunk = node << (FANOUT_BITS * level);
    return chunkHome(firstChunk) - level * NODE_HOME_BYTES + (long) slot * NODE_BYTES;
  }

  /// The file offset of the home of `chunk`.
  static long chunkHome(long chunk) {
    long at = Geometry.DATA_START + chunk * Geometry.TAGGED_CHUNK_BYTES;
    for (int level = 1; level <= LEVELS; level++) {
      at += NODE_HOME_BYTES * (nodeAbove(chunk, level) + 1);
    }
    return at;
  }

  /// The chunk in whose home the byte at `offset` lies, or before whose home, among its nodes.
  static long chunkAt(long offset) {
    long rest = offset - Geometry.DATA_START;
    long chunk = 0;
    for (int level = LEVELS; level >= 1; level--) {
      rest -= NODE_HOME_BYTES;
      if (rest < 0) {
        return chunk;
      }
      long childBytes = spanBytes(level - 1);
      chunk += (rest / childBytes) << (FANOUT_BITS * (level - 1));
      rest %= childBytes;
    }
    return chunk;
  }

  /// How much of the file a full node of `level` takes with everything below it.
  private static long spanBytes(int level) {
    long bytes = Geometry.TAGGED_CHUNK_BYTES;
    for (int below = 1; below <= level; below++) {
      bytes = FANOUT * bytes + NODE_HOME_BYTES;
    }
    return bytes;
  }
}
