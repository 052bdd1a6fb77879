package io.blockseal.volume.engine;

import io.blockseal.volume.format.JournalEntry;
import io.blockseal.volume.format.JournalSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The write-ahead journal of a volume that is open for writing: two segments, of which one is
/// *active* and takes entries, while the other is *frozen*, and on its way home, or free.
///
/// Room is admitted before a request takes its locks, so nobody who waits for room holds anything
/// that a checkpoint needs. When the active segment is full and the other one free, they change
/// roles. Thread-safe.
final class Journal {
  /// Enough for the entry heads of a unit that stands alone, its record, its CRC and its content.
  private static final int UNIT_COST_BYTES =
      JournalEntry.padded(JournalEntry.lengthBytes(JournalEntry.Type.DATA, 1))
          + 2 * JournalEntry.ALIGNMENT;

  /// What else an admitted request may need: entries for the ends of a discarded range.
  private static final int REQUEST_COST_BYTES = 3 * UNIT_COST_BYTES;

  /// The journal is on its way to the disk in steps of this, long before a checkpoint waits for it.
  static final int WRITE_OUT_BYTES = 1 << 20;

  /// Entries are written up to the end of a page, so that the system need not read it first.
  static final int PAGE_BYTES = 4096;

  private final SyncedStore store;
  private final Overlay overlay;
  private final Health health;
  private final int indexedUnits;
  private final int segmentBytes;

  /// Freezes are followed by this, called with no lock held: it has a checkpoint made, here or
  /// elsewhere.
  private final Runnable checkpoint;

  /// Called with no lock held, after each request that may have left entries.
  private final Runnable watch;

  /// Guards the fields below. Held during the write of an entry, which appends to the tail.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();

  private JournalSegment active;
  private int tail = JournalSegment.HEAD_BYTES;
  private int unitsInActive;
  private int previousEnd;
  private long lastAppendNs = System.nanoTime();
  private @Nullable JournalSegment frozen;
  private long reservedBytes;
  private int reservedUnits;
  private long durable;
  private final ByteBuffer mark =
      ByteBuffer.allocateDirect(JournalEntry.HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private @Nullable IOException checkpointFailure;

  /// The volume, once it is closed.
  private @Nullable String stopped;

  /// @param active an empty segment; the next one is empty too
  /// @param watch called with no lock held after each request, while there is anything to go home
  Journal(
      SyncedStore store,
      JournalSegment active,
      Overlay overlay,
      Health health,
      int indexedUnits,
      Runnable checkpoint,
      Runnable watch) {
    this.store = store;
    this.active = active;
    this.overlay = overlay;
    this.health = health;
    this.indexedUnits = indexedUnits;
    segmentBytes = active.segmentBytes();
    this.checkpoint = checkpoint;
    this.watch = watch;
    overlay.turn(JournalSegment.half(active.number()));
  }

  /// The most units that one request may be admitted with: a quarter of a segment's worth.
  int maxUnits() {
    int byBytes = (segmentBytes / 4 - REQUEST_COST_BYTES) / UNIT_COST_BYTES;
    return Math.max(1, Math.min(byBytes, indexedUnits / 4));
  }

  /// Waits for room for a change of `units` units and keeps it until [#dismiss].
  ///
  /// @throws VolumeClosedException if the volume was closed, so that nothing goes home any more
  /// @throws IOException if the room can not be had because a segment did not get home
  void admit(int units) throws IOException {
    if (units > maxUnits()) {
      throw new IllegalArgumentException(
          "%d units are more than %d for one request".formatted(units, maxUnits()));
    }
    boolean retried = false;
    while (true) {
      lock.lock();
      try {
        while (!fits(units) && somethingWillChange()) {
          checkUsable();
          changed.awaitUninterruptibly();
        }
        checkUsable();
        if (fits(units)) {
          reservedBytes += cost(units);
          reservedUnits += units;
          return;
        }
        if (frozen == null) {
          freeze();
        } else if (checkpointFailure != null) {
          if (retried) {
            throw new IOException(
                "the journal is full: " + checkpointFailure.getMessage(), checkpointFailure);
          }
          checkpointFailure = null;
          retried = true;
        }
      } finally {
        lock.unlock();
      }
      askForCheckpoint();
    }
  }

  /// Gives back the room for `units` units.
  void dismiss(int units) {
    boolean empty;
    lock.lock();
    try {
      reservedBytes -= cost(units);
      reservedUnits -= units;
      changed.signalAll();
      empty = tail == JournalSegment.HEAD_BYTES;
    } finally {
      lock.unlock();
    }
    if (!empty) {
      watch.run();
    }
  }

  /// Writes an entry behind the others. The caller was admitted and holds the exclusive lock of the
  /// chunk.
  ///
  /// @param entry the body is at 64, and there is room for a page behind it
  /// @return where the entry is in the journal file
  long append(JournalEntry.Type type, long firstUnit, int unitCount, ByteBuffer entry)
      throws IOException {
    int length = JournalEntry.lengthBytes(type, unitCount);
    int bodyCrc = JournalEntry.bodyCrc(entry, length);
    long at;
    lock.lock();
    try {
      health.check();
      JournalEntry.putHead(
          entry, active, type, tail, durable, firstUnit, unitCount, previousEnd, bodyCrc);
      int end = (tail + length + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
      ZeroBytes.fill(entry, length, end - tail - length);
      at = active.fileOffset() + tail;
      store.write(at, entry.limit(end - tail).position(0));
      tail += JournalEntry.padded(length);
      unitsInActive += unitCount;
      lastAppendNs = System.nanoTime();
    } finally {
      lock.unlock();
    }
    long step = at / WRITE_OUT_BYTES;
    if (step != (at + length) / WRITE_OUT_BYTES) {
      store.beginSync(step * WRITE_OUT_BYTES, WRITE_OUT_BYTES);
    }
    return at;
  }

  /// Which generation of the [Overlay] an entry at `place` of the file belongs to.
  int generationAt(long place) {
    return (int) (place / segmentBytes);
  }

  /// The end of the log.
  long position() {
    lock.lock();
    try {
      return active.position(tail);
    } finally {
      lock.unlock();
    }
  }

  /// Everything before `position` is durable. Unless entries follow already, a mark says so behind
  /// the last one; it needs no sync of its own.
  void durableUpTo(long position) throws IOException {
    lock.lock();
    try {
      if (position <= durable) {
        return;
      }
      durable = position;
      if (position == active.position(tail) && tail < segmentBytes) {
        mark.clear();
        JournalEntry.putHead(
            mark, active, JournalEntry.Type.MARK, tail, durable, 0, 0, previousEnd, 0);
        store.store().write(active.fileOffset() + tail, mark);
      }
    } finally {
      lock.unlock();
    }
  }

  /// How long nothing was written.
  long idleNs() {
    lock.lock();
    try {
      return System.nanoTime() - lastAppendNs;
    } finally {
      lock.unlock();
    }
  }

  /// Whether everything is home.
  boolean isEmpty() {
    lock.lock();
    try {
      return frozen == null && tail == JournalSegment.HEAD_BYTES;
    } finally {
      lock.unlock();
    }
  }

  /// The segment that is to go home; null if there is none.
  @Nullable JournalSegment frozen() {
    lock.lock();
    try {
      return frozen;
    } finally {
      lock.unlock();
    }
  }

  /// Freezes the active segment if it holds anything and the other one is free.
  void freezeRest() {
    lock.lock();
    try {
      if (frozen == null && tail > JournalSegment.HEAD_BYTES) {
        freeze();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Makes the frozen segment, all of which is home and durable, durably empty.
  void retire(JournalSegment segment) throws IOException {
    JournalSegment next = segment.successor(segment.epoch(), segment.session());
    store.write(next.fileOffset(), ByteBuffer.wrap(next.head()));
    store.sync();
  }

  /// Lets the retired segment be used again; nobody relies on its entries any more.
  void release() {
    lock.lock();
    try {
      frozen = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Nothing goes home any more, since the volume is being closed: whoever waits for room, or asks
  /// for it later, is refused.
  void stop(String volume) {
    lock.lock();
    try {
      stopped = volume;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The frozen segment did not get home; who waits for room hears of it.
  void checkpointFailed(IOException e) {
    lock.lock();
    try {
      checkpointFailure = e;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whoever waits for room counts on the checkpoint that was asked for, so it must be told if
  /// there will be none, as when no thread can be started.
  private void askForCheckpoint() {
    try {
      checkpoint.run();
    } catch (RuntimeException | Error e) {
      checkpointFailed(new IOException("a checkpoint could not be started", e));
      throw e;
    }
  }

  private void checkUsable() throws IOException {
    if (stopped != null) {
      throw new VolumeClosedException(stopped);
    }
    health.check();
  }

  private void freeze() {
    JournalSegment next = active.next(); // before anything changes, as memory may be short
    frozen = active;
    previousEnd = tail;
    active = next;
    tail = JournalSegment.HEAD_BYTES;
    unitsInActive = 0;
    checkpointFailure = null;
    overlay.turn(JournalSegment.half(active.number()));
  }

  /// Whether a segment is on its way home, or the active one is empty and only others' room in it
  /// is in the way.
  private boolean somethingWillChange() {
    return frozen != null
        ? checkpointFailure == null
        : tail == JournalSegment.HEAD_BYTES && reservedUnits > 0;
  }

  private boolean fits(int units) {
    return tail + reservedBytes + cost(units) <= segmentBytes
        && unitsInActive + reservedUnits + units <= indexedUnits;
  }

  private static long cost(int units) {
    return (long) units * UNIT_COST_BYTES + REQUEST_COST_BYTES;
  }
}
