package io.blockseal.volume.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// What the journal says of some units: for each one where its content is, and its record.
///
/// The entries lie one behind the other in slabs of a [SlabPool]; a hash index of their numbers,
/// open addressing, never more than half full, finds them. So a table grows without copying what it
/// holds, and leaves next to nothing to the collector. Not thread-safe: guarded by the stripe of
/// its chunks.
final class UnitTable {
  /// What [#find] answers for a unit that is not in the table.
  static final long ABSENT = Long.MIN_VALUE;

  private static final int INITIAL_SLOTS = 64;
  private static final int RECORD_LONGS = 4;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  /// What an entry holds, in longs: its unit, its place, its record.
  private static final int UNIT = 0;

  private static final int PLACE = 1;
  private static final int RECORD = 2;
  private static final int ENTRY_LONGS = RECORD + RECORD_LONGS;

  private static final int ENTRIES_IN_SLAB = 32;
  static final int SLAB_LONGS = ENTRIES_IN_SLAB * ENTRY_LONGS;

  private static final int[] NO_SLOTS = {};
  private static final long[][] NO_SLABS = {};

  private final SlabPool pool;

  /// Number of an entry + 1; 0 marks an empty slot.
  private int[] slots = NO_SLOTS;

  private long[][] slabs = NO_SLABS;
  private int count;

  /// @param pool where its slabs of [#SLAB_LONGS] come from and go to
  UnitTable(SlabPool pool) {
    this.pool = pool;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  /// Sets place and record of `unit`.
  ///
  /// @param record holds the record at `offset`
  void put(long unit, long place, ByteBuffer record, int offset) {
    if (2 * (count + 1) > slots.length) {
      enlargeIndex();
    }
    int slot = slot(unit);
    if (slots[slot] == 0) {
      append(unit);
      slots[slot] = count;
    }
    int entry = slots[slot] - 1;
    long[] slab = slabOf(entry);
    int at = inSlab(entry);
    slab[at + PLACE] = place;
    for (int i = 0; i < RECORD_LONGS; i++) {
      slab[at + RECORD + i] = record.getLong(offset + i * Long.BYTES);
    }
  }

  /// The place of `unit`, or [#ABSENT]; its record is put at `offset` of `record` then.
  long find(long unit, ByteBuffer record, int offset) {
    if (count == 0) {
      return ABSENT;
    }
    int entry = slots[slot(unit)] - 1;
    if (entry < 0) {
      return ABSENT;
    }
    long[] slab = slabOf(entry);
    int at = inSlab(entry);
    for (int i = 0; i < RECORD_LONGS; i++) {
      record.putLong(offset + i * Long.BYTES, slab[at + RECORD + i]);
    }
    return slab[at + PLACE];
  }

  /// Calls `body` with every unit, in the order in which they came.
  void forEachUnit(LongConsumer body) {
    for (int entry = 0; entry < count; entry++) {
      body.accept(unitOf(entry));
    }
  }

  /// Keeps the index, since the next generation is likely to be as large. Needs no memory.
  void clear() {
    for (long[] slab : slabs) {
      pool.giveBack(slab);
    }
    slabs = NO_SLABS;
    Arrays.fill(slots, 0);
    count = 0;
  }

  /// Leaves the index to the collector if the table is empty.
  void trim() {
    if (count == 0) {
      slots = NO_SLOTS;
    }
  }

  private void append(long unit) {
    if (count == slabs.length * ENTRIES_IN_SLAB) {
      long[] slab = pool.take();
      long[][] longer = Arrays.copyOf(slabs, slabs.length + 1);
      longer[slabs.length] = slab;
      slabs = longer;
    }
    slabOf(count)[inSlab(count) + UNIT] = unit;
    count++;
  }

  private void enlargeIndex() {
    slots = new int[Math.max(INITIAL_SLOTS, 2 * slots.length)];
    for (int entry = 0; entry < count; entry++) {
      slots[slot(unitOf(entry))] = entry + 1;
    }
  }

  /// The slot of `unit`, or the empty one where it belongs.
  private int slot(long unit) {
    int mask = slots.length - 1;
    int slot = (int) ((unit * MIX) >>> 32) & mask;
    while (slots[slot] != 0 && unitOf(slots[slot] - 1) != unit) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private long unitOf(int entry) {
    return slabOf(entry)[inSlab(entry) + UNIT];
  }

  private long[] slabOf(int entry) {
    return slabs[entry / ENTRIES_IN_SLAB];
  }

  private static int inSlab(int entry) {
    return entry % ENTRIES_IN_SLAB * ENTRY_LONGS;
  }
}
