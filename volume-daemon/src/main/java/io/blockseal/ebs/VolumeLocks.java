package io.blockseal.ebs;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// A lock for each volume that is being opened, closed, grown, snapshotted or deleted, so that the
/// data plane sees one of these at a time. Whoever holds one looks at the volume's record again
/// before acting. Thread-safe; a thread holds at most one.
final class VolumeLocks {
  private final ConcurrentHashMap<ResourceName, Holders> holdersByVolume =
      new ConcurrentHashMap<>();

  private static final class Holders {
    private final ReentrantLock lock = new ReentrantLock();
    // Those that hold it or wait for it; changed inside of the map's compute only.
    private int count;
  }

  /// A held lock.
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  Held lock(ResourceName volume) throws InterruptedException {
    Holders holders =
        holdersByVolume.compute(
            volume,
            (_, present) -> {
              Holders found = present == null ? new Holders() : present;
              found.count++;
              return found;
            });
    boolean locked = false;
    try {
      holders.lock.lockInterruptibly();
      locked = true;
    } finally {
      if (!locked) {
        leave(volume);
      }
    }
    return () -> {
      holders.lock.unlock();
      leave(volume);
    };
  }

  private void leave(ResourceName volume) {
    holdersByVolume.computeIfPresent(volume, (_, holders) -> --holders.count == 0 ? null : holders);
  }
}
