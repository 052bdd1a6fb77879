package io.blockseal.volume.engine;

import io.blockseal.volume.block.TagTreeShape;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A new version of a [TagTree]: changed MACs of tag pages go in by ascending chunk, changed nodes
/// are written as soon as nothing more will change in them, and the new root comes out. Keeps one
/// node a level. Confined to one checkpoint.
final class TagTreeUpdate {
  private static final int LEVELS = TagTreeShape.LEVELS;
  private static final long NONE = -1;

  private final TagTree tree;
  private final byte[] oldRoot;
  private final ByteBuffer room = ByteBuffer.allocate(TagTree.NODE);

  /// The node of each level that is being changed, from 1 on.
  private final Node[] open = new Node[LEVELS + 1];

  private boolean changed;

  private static final class Node {
    final ByteBuffer content = ByteBuffer.allocate(TagTree.NODE);
    long number = NONE;
    int slot;
  }

  TagTreeUpdate(TagTree tree, byte[] oldRoot) {
    this.tree = tree;
    this.oldRoot = oldRoot;
    for (int level = 1; level <= LEVELS; level++) {
      open[level] = new Node();
    }
  }

  /// The tag page of `chunk` has this MAC in the new version.
  void put(long chunk, byte[] leaf) throws IOException {
    changed = true;
    putChild(1, chunk, leaf);
  }

  /// Whether the new version differs from the old one.
  boolean changed() {
    return changed;
  }

  /// Writes what is not written yet; making it durable is left to the caller.
  ///
  /// @return the root of the new version
  byte[] finish() throws IOException {
    byte[] root = oldRoot;
    for (int level = 1; level <= LEVELS; level++) {
      if (open[level].number != NONE) {
        root = write(level);
      }
    }
    return root;
  }

  private void putChild(int level, long child, byte[] mac) throws IOException {
    Node node = open[level];
    long number = TagTreeShape.nodeAbove(child, 1);
    if (node.number != number) {
      if (node.number != NONE) {
        write(level);
      }
      load(level, number);
    }
    node.content.put(TagTreeShape.indexInNode(child) * TagTree.MAC, mac);
  }

  /// Writes the node of `level` that is being changed, and enters it into the one above it.
  private byte[] write(int level) throws IOException {
    Node node = open[level];
    byte[] mac = tree.write(level, node.number, node.slot, node.content);
    if (level < LEVELS) {
      putChild(level + 1, node.number, mac);
    }
    node.number = NONE;
    return mac;
  }

  /// Begins with the old version of a node. If that fails, nobody knows any more what its children
  /// must be.
  private void load(int level, long number) throws IOException {
    Node node = open[level];
    byte[] expected = tree.mac(oldRoot, level, number, room);
    int slot = PageCache.ABSENT;
    if (Macs.isUnwritten(expected)) {
      node.content.put(0, new byte[TagTree.NODE]);
    } else {
      slot =
          Macs.isLost(expected) ? TagTree.FAILED : tree.load(level, number, expected, node.content);
      if (slot == TagTree.FAILED) {
        for (int i = 0; i < TagTreeShape.FANOUT; i++) {
          node.content.put(i * TagTree.MAC, Macs.lost());
        }
      }
    }
    node.slot = slot == 0 ? 1 : 0;
    node.number = number;
  }
}
