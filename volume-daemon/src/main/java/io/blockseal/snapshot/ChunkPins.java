package io.blockseal.snapshot;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps chunks that a pending snapshot needs, and that no manifest counts yet, from being swept as
/// garbage.
///
/// A pending snapshot pins each chunk before it looks whether the store has it. The sweeper deletes
/// a chunk only if nobody has it pinned, and the two steps exclude each other chunk by chunk, so
/// either the chunk stays or the pending snapshot finds it gone and stores it. Thread-safe.
final class ChunkPins {
  /// The locks that digests share.
  private static final int STRIPES = 64;

  private final List<PinSet> open = new CopyOnWriteArrayList<>();

  /// A digest belongs to one of these. Held for pinning and for deleting it.
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  ChunkPins() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /// Pins for one pending snapshot, until they are closed.
  ///
  /// @param chunkCount how many chunks it may pin, from which its size follows
  PinSet openSet(long chunkCount) {
    PinSet set = new PinSet(chunkCount);
    open.add(set);
    return set;
  }

  /// Runs `deletion` of a chunk, unless somebody has it pinned.
  ///
  /// @return whether the chunk is gone
  boolean deleteUnpinned(ChunkDigest digest, Deletion deletion) throws IOException {
    ReentrantLock lock = lockOf(digest);
    lock.lock();
    try {
      for (PinSet set : open) {
        if (set.mayContain(digest)) {
          return false;
        }
      }
      deletion.run();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private ReentrantLock lockOf(ChunkDigest digest) {
    return stripes[(int) (digest.word3() & STRIPES - 1)];
  }

  /// What takes a chunk away.
  interface Deletion {
    void run() throws IOException;
  }

  /// A Bloom filter of digests: of fixed size, it never forgets a chunk and may take a few others
  /// for pinned, which then stay until the set is closed.
  final class PinSet implements AutoCloseable {
    /// 1 MiB. Enough for one false pin in seven at a million million bytes of new chunks.
    private static final long MAX_BITS = 8L << 20;

    private static final long MIN_BITS = 1 << 10;
    private static final long BITS_PER_CHUNK = 8;

    private final AtomicLongArray words;
    private final long mask;

    private PinSet(long chunkCount) {
      long wanted = Math.clamp(chunkCount * BITS_PER_CHUNK, MIN_BITS, MAX_BITS);
      long bits = Long.highestOneBit(2 * wanted - 1);
      mask = bits - 1;
      words = new AtomicLongArray((int) (bits / Long.SIZE));
    }

    void add(ChunkDigest digest) {
      ReentrantLock lock = lockOf(digest);
      lock.lock();
      try {
        set(digest.word0() & mask);
        set(digest.word1() & mask);
        set(digest.word2() & mask);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      open.remove(this);
    }

    private boolean mayContain(ChunkDigest digest) {
      return isSet(digest.word0() & mask)
          && isSet(digest.word1() & mask)
          && isSet(digest.word2() & mask);
    }

    private void set(long bit) {
      words.getAndUpdate((int) (bit / Long.SIZE), word -> word | 1L << bit);
    }

    private boolean isSet(long bit) {
      return (words.get((int) (bit / Long.SIZE)) & 1L << bit) != 0;
    }
  }
}
