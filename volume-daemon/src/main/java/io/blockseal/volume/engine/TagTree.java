package io.blockseal.volume.engine;

import io.blockseal.volume.block.TagTreeShape;
import io.blockseal.volume.cipher.PageMac;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The MAC tree over the tag pages of one open volume; [TagTreeShape] says what it looks like.
///
/// A version of the tree is known by its root and never changes: a [TagTreeUpdate] writes changed
/// nodes into the slots that do not count yet. Nodes of one version, and of the one that follows
/// it, can be read at any time; a third version may be written only when nobody reads the first any
/// more. Thread-safe.
final class TagTree {
  static final int NODE = TagTreeShape.NODE_BYTES;
  static final int MAC = PageMac.BYTES;

  /// Of a node that fails its authentication.
  static final int FAILED = -2;

  private final SyncedStore home;
  private final PageMac mac;
  private final PageCache cache;
  private final long owner;

  /// @param owner as in [PageCache]
  TagTree(SyncedStore home, PageMac mac, PageCache cache, long owner) {
    this.home = home;
    this.mac = mac;
    this.cache = cache;
    this.owner = owner;
  }

  /// What the tag page of `chunk` must be in the version `root`: a MAC, or as in [Macs].
  byte[] leaf(byte[] root, long chunk, ByteBuffer node) throws IOException {
    return mac(root, 0, chunk, node);
  }

  /// What node or tag page `number` of `level` must be in the version `root`.
  ///
  /// @param node room for a page, of no meaning afterwards
  byte[] mac(byte[] root, int level, long number, ByteBuffer node) throws IOException {
    byte[] expected = root;
    byte[] found = new byte[MAC];
    for (int above = TagTreeShape.LEVELS; above > level; above--) {
      if (Macs.isUnwritten(expected) || Macs.isLost(expected)) {
        return expected;
      }
      long child = TagTreeShape.nodeAbove(number, above - 1 - level);
      long parent = TagTreeShape.nodeAbove(child, 1);
      int entry = TagTreeShape.indexInNode(child) * MAC;
      if (load(above, parent, expected, entry, MAC, node) == FAILED) {
        return Macs.lost();
      }
      node.get(entry, found);
      expected = found;
    }
    return expected;
  }

  /// Fills `node` with a node whose MAC is `expected`.
  ///
  /// @return the slot where it lies, or [#FAILED]
  int load(int level, long number, byte[] expected, ByteBuffer node) throws IOException {
    return load(level, number, expected, 0, NODE, node);
  }

  /// Writes a new version of a node into `slot`, and answers its MAC.
  byte[] write(int level, long number, int slot, ByteBuffer node) throws IOException {
    home.write(TagTreeShape.nodeHome(level, number, slot), node.clear());
    byte[] written = mac.of(level, number, node, 0);
    cache.put(owner, level, number, written, slot, node, 0);
    return written;
  }

  private int load(
      int level, long number, byte[] expected, int from, int lengthBytes, ByteBuffer node)
      throws IOException {
    int cached = cache.get(owner, level, number, expected, from, lengthBytes, node);
    if (cached != PageCache.ABSENT) {
      return cached;
    }
    for (int slot = 0; slot < TagTreeShape.SLOTS; slot++) {
      home.read(TagTreeShape.nodeHome(level, number, slot), node.clear());
      if (Macs.same(mac.of(level, number, node, 0), expected)) {
        cache.put(owner, level, number, expected, slot, node, 0);
        return slot;
      }
    }
    return FAILED;
  }
}
