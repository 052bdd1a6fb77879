package io.blockseal.volume.engine;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The locks of a volume's chunks, striped: chunk `n` shares stripe `n mod 64` with others.
///
/// Shared while a chunk is read or copied, exclusive while it changes. The locks are fair: a cut
/// takes all of them, and requests that come in a stream and barge past it would keep it waiting
/// for as long as the stream lasts. A range takes its stripes in ascending order of their index,
/// whatever the chunks are, so that two ranges never wait for each other. Thread-safe.
final class ChunkLocks {
  /// Well beyond the threads that serve one volume, and small enough to take all of them at once.
  static final int STRIPES = 64;

  private final ReadWriteLock[] stripes = new ReadWriteLock[STRIPES];

  ChunkLocks() {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      stripes[stripe] = new ReentrantReadWriteLock(true);
    }
  }

  /// The stripe of `chunk`, 0 to 63.
  static int stripeOf(long chunk) {
    return (int) (chunk % STRIPES);
  }

  void lockShared(long firstChunk, long lastChunk) {
    if (firstChunk == lastChunk) {
      stripes[stripeOf(firstChunk)].readLock().lock();
      return;
    }
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      if (covers(firstChunk, lastChunk, stripe)) {
        stripes[stripe].readLock().lock();
      }
    }
  }

  void unlockShared(long firstChunk, long lastChunk) {
    if (firstChunk == lastChunk) {
      stripes[stripeOf(firstChunk)].readLock().unlock();
      return;
    }
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      if (covers(firstChunk, lastChunk, stripe)) {
        stripes[stripe].readLock().unlock();
      }
    }
  }

  void lockExclusive(long firstChunk, long lastChunk) {
    if (firstChunk == lastChunk) {
      stripes[stripeOf(firstChunk)].writeLock().lock();
      return;
    }
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      if (covers(firstChunk, lastChunk, stripe)) {
        stripes[stripe].writeLock().lock();
      }
    }
  }

  void unlockExclusive(long firstChunk, long lastChunk) {
    if (firstChunk == lastChunk) {
      stripes[stripeOf(firstChunk)].writeLock().unlock();
      return;
    }
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      if (covers(firstChunk, lastChunk, stripe)) {
        stripes[stripe].writeLock().unlock();
      }
    }
  }

  /// Stops every request of the volume until [#unlockAll].
  void lockAll() {
    lockExclusive(0, STRIPES - 1);
  }

  void unlockAll() {
    unlockExclusive(0, STRIPES - 1);
  }

  /// Returns when every request that was running has left its chunks.
  void awaitRequests() {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      lockExclusive(stripe, stripe);
      unlockExclusive(stripe, stripe);
    }
  }

  private static boolean covers(long firstChunk, long lastChunk, int stripe) {
    return Math.floorMod(stripe - firstChunk, (long) STRIPES) <= lastChunk - firstChunk;
  }
}
