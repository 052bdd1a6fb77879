package io.blockseal.volume.engine;

/// Whether a store is synced after every write or two, as databases and `O_SYNC` files do it.
///
/// Then the write-out of the next write is begun at once, so that it goes on while the answer and
/// the request to sync travel through the kernel. Who writes much between two syncs is better
/// served by the system, which gathers neighbours.
///
/// A guess from racing counts: a wrong one costs a little time and nothing else. Thread-safe.
final class SyncHabit {
  /// Writes between two syncs, at most, that count as few.
  private static final int FEW_WRITES = 2;

  /// A write that is longer keeps the disk busy by itself.
  private static final int SHORT_BYTES = 64 << 10;

  private volatile int writes;
  private volatile boolean fewWrites;

  /// Notes a write.
  ///
  /// @return whether a sync of it is likely to come soon
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost count changes a guess
  boolean wrote(int lengthBytes) {
    writes++;
    return fewWrites && writes <= FEW_WRITES && lengthBytes <= SHORT_BYTES;
  }

  /// Notes a sync of something written.
  void synced() {
    fewWrites = writes <= FEW_WRITES;
    writes = 0;
  }
}
