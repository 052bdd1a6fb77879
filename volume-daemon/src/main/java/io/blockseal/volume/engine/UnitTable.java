package io.blockseal.volume.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// What the journal says of some units: for each one where its content is, and its record. A hash
/// table in plain arrays, open addressing, never more than half full.
///
/// Not thread-safe: guarded by the stripe of its chunks.
final class UnitTable {
  /// What [#find] answers for a unit that is not in the table.
  static final long ABSENT = Long.MIN_VALUE;

  private static final int INITIAL_SLOTS = 64;
  private static final int RECORD_LONGS = 4;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  /// Unit number + 1; 0 marks an empty slot.
  private long[] keys = new long[0];

  private long[] places = new long[0];
  private long[] records = new long[0];
  private int count;

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
    if (2 * (count + 1) > keys.length) {
      enlarge();
    }
    int slot = slot(keys, unit);
    if (keys[slot] == 0) {
      keys[slot] = unit + 1;
      count++;
    }
    places[slot] = place;
    for (int i = 0; i < RECORD_LONGS; i++) {
      records[slot * RECORD_LONGS + i] = record.getLong(offset + i * Long.BYTES);
    }
  }

  /// The place of `unit`, or [#ABSENT]; its record is put at `offset` of `record` then.
  long find(long unit, ByteBuffer record, int offset) {
    if (count == 0) {
      return ABSENT;
    }
    int slot = slot(keys, unit);
    if (keys[slot] == 0) {
      return ABSENT;
    }
    for (int i = 0; i < RECORD_LONGS; i++) {
      record.putLong(offset + i * Long.BYTES, records[slot * RECORD_LONGS + i]);
    }
    return places[slot];
  }

  /// Calls `body` with every unit, in no order.
  void forEachUnit(LongConsumer body) {
    for (long key : keys) {
      if (key != 0) {
        body.accept(key - 1);
      }
    }
  }

  void clear() {
    keys = new long[0];
    places = new long[0];
    records = new long[0];
    count = 0;
  }

  private void enlarge() {
    int slots = Math.max(INITIAL_SLOTS, 2 * keys.length);
    long[] newKeys = new long[slots];
    long[] newPlaces = new long[slots];
    long[] newRecords = new long[slots * RECORD_LONGS];
    for (int old = 0; old < keys.length; old++) {
      if (keys[old] != 0) {
        int slot = slot(newKeys, keys[old] - 1);
        newKeys[slot] = keys[old];
        newPlaces[slot] = places[old];
        System.arraycopy(
            records, old * RECORD_LONGS, newRecords, slot * RECORD_LONGS, RECORD_LONGS);
      }
    }
    Arrays.fill(keys, 0);
    keys = newKeys;
    places = newPlaces;
    records = newRecords;
  }

  /// The slot of `unit`, or the empty one where it belongs.
  private static int slot(long[] keys, long unit) {
    int mask = keys.length - 1;
    int slot = (int) ((unit * MIX) >>> 32) & mask;
    while (keys[slot] != 0 && keys[slot] != unit + 1) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
