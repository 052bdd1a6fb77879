package io.blockseal.volume.engine;

import io.blockseal.volume.cipher.PageMac;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The MACs of tag pages that came with chunks of a snapshot and are not in the tag tree yet.
///
/// While the snapshot is there, such a page is what the snapshot says: after a crash its MAC is
/// taken from there again when somebody needs it. That holds until the tree knows the chunk, which
/// it does, at the latest, before the snapshot is let go. Thread-safe.
final class Adoptions {
  private final Hydration hydration;

  /// Guarded by this.
  private final NavigableMap<Long, byte[]> leaves = new TreeMap<>();

  /// Chunks of which this knows, or the tree, what their page must be. Guarded by this.
  private final BitSet known = new BitSet();

  Adoptions(Hydration hydration) {
    this.hydration = hydration;
  }

  /// What the page of `chunk`, which is here and of which the tree knows nothing, must be. The
  /// caller holds a lock of the chunk.
  byte[] leaf(long chunk, PageMac mac, Scratch scratch) throws IOException {
    if (hydration.complete() || chunk >= hydration.chunkCount()) {
      return Macs.unwritten();
    }
    synchronized (this) {
      byte[] leaf = leaves.get(chunk);
      if (leaf != null) {
        return leaf;
      }
      if (known.get((int) chunk)) {
        return Macs.unwritten();
      }
    }
    ByteBuffer stored = scratch.stored();
    byte[] leaf = Macs.unwritten();
    if (hydration.fetch(chunk, stored)) {
      leaf = mac.of(0, chunk, stored, 0);
    }
    adopt(chunk, leaf);
    return leaf;
  }

  /// `chunk` came with a page of this MAC, or is a hole.
  synchronized void adopt(long chunk, byte[] leaf) {
    known.set((int) chunk);
    if (!Macs.isUnwritten(leaf)) {
      leaves.put(chunk, leaf);
    }
  }

  /// The tree knows `chunk`.
  synchronized void skip(long chunk) {
    known.set((int) chunk);
  }

  /// Whether it is known what the page of `chunk` must be.
  synchronized boolean knows(long chunk) {
    return known.get((int) chunk);
  }

  /// What the tree should learn, a copy.
  synchronized NavigableMap<Long, byte[]> pending() {
    return new TreeMap<>(leaves);
  }

  synchronized int count() {
    return leaves.size();
  }

  /// The tree learned of these chunks, and nobody reads an older version any more.
  synchronized void learned(Iterable<Long> chunks) {
    chunks.forEach(leaves::remove);
  }
}
