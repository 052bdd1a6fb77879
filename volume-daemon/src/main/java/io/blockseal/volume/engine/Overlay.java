package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.UnitRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/// What the journal says of units, over what their homes say: two generations, one for each half of
/// the journal, each split by the stripes of [ChunkLocks].
///
/// An entry goes into the generation of its segment under the exclusive lock of its chunk. The
/// later segment counts; which one that is, [#turn] says. Thread-safe under the locks of the
/// chunks.
final class Overlay {
  /// Places of units that are not in the journal file. A place from 0 on is where the ciphertext
  /// begins in the journal file.
  static final long ABSENT = UnitTable.ABSENT;

  /// The ciphertext is at its home.
  static final long AT_HOME = -1;

  /// The unit is unwritten.
  static final long DISCARDED = -2;

  private final SlabPool slabs = new SlabPool(UnitTable.SLAB_LONGS);
  private final UnitTable[][] tables = new UnitTable[2][ChunkLocks.STRIPES];

  /// Chunks with units in a generation; each guarded by itself.
  private final BitSet[] chunks = {new BitSet(), new BitSet()};

  private volatile int latest;

  Overlay() {
    for (UnitTable[] generation : tables) {
      Arrays.setAll(generation, stripe -> new UnitTable(slabs));
    }
  }

  /// Entries of generation `newest` come after those of the other one from now on.
  void turn(int newest) {
    latest = newest;
  }

  /// What the journal says of `unit`: its place, or [#ABSENT]. Unless absent, its record is put at
  /// `offset` of `record`. The caller holds a lock of the chunk.
  long find(long unit, ByteBuffer record, int offset) {
    int stripe = ChunkLocks.stripeOf(Geometry.chunkOf(unit));
    int newest = latest;
    long place = tables[newest][stripe].find(unit, record, offset);
    return place != ABSENT ? place : tables[1 - newest][stripe].find(unit, record, offset);
  }

  /// Whether the journal says nothing of any chunk of the stripe of `chunk`. The caller holds a
  /// lock of the chunk.
  boolean silentAbout(long chunk) {
    int stripe = ChunkLocks.stripeOf(chunk);
    return tables[0][stripe].isEmpty() && tables[1][stripe].isEmpty();
  }

  /// Sets what generation `generation` says of `unit`. The caller holds the exclusive lock of the
  /// chunk.
  void put(int generation, long unit, long place, ByteBuffer record, int offset) {
    long chunk = Geometry.chunkOf(unit);
    tables[generation][ChunkLocks.stripeOf(chunk)].put(unit, place, record, offset);
    BitSet mine = chunks[generation];
    synchronized (mine) {
      mine.set((int) chunk);
    }
  }

  /// What one generation alone says of `unit`. Nothing may be put into it any more.
  long findIn(int generation, long unit, ByteBuffer record, int offset) {
    int stripe = ChunkLocks.stripeOf(Geometry.chunkOf(unit));
    return tables[generation][stripe].find(unit, record, offset);
  }

  /// Puts what some generations say of the units of `chunk` over their records in `tagPage`; what
  /// they do not speak of stays. Nothing may be put into them any more, and the caller holds a lock
  /// of the chunk, or is the one who clears them.
  ///
  /// @param generations a bit each, as [#bit]
  void apply(int generations, long chunk, ByteBuffer tagPage) {
    int newest = latest;
    applyOne(generations, 1 - newest, chunk, tagPage);
    applyOne(generations, newest, chunk, tagPage);
  }

  /// Marks one generation among several.
  static int bit(int generation) {
    return 1 << generation;
  }

  /// The units of one generation, ascending. Nothing may be put into it any more.
  long[] units(int generation) {
    int count = 0;
    for (UnitTable table : tables[generation]) {
      count += table.count();
    }
    long[] units = new long[count];
    int[] filled = {0};
    for (UnitTable table : tables[generation]) {
      table.forEachUnit(unit -> units[filled[0]++] = unit);
    }
    Arrays.sort(units);
    return units;
  }

  /// Forgets one generation, stripe by stripe under its lock: when this returns, no request relies
  /// on it any more.
  void clear(int generation, ChunkLocks locks) {
    for (int stripe = 0; stripe < ChunkLocks.STRIPES; stripe++) {
      locks.lockExclusive(stripe, stripe);
      try {
        tables[generation][stripe].clear();
      } finally {
        locks.unlockExclusive(stripe, stripe);
      }
    }
    BitSet mine = chunks[generation];
    synchronized (mine) {
      mine.clear();
    }
    if (nextChunk(0) < 0) {
      trim(locks); // nobody writes at the moment
    }
  }

  /// Leaves to others what memory is only kept for the next write.
  private void trim(ChunkLocks locks) {
    slabs.clear();
    for (int stripe = 0; stripe < ChunkLocks.STRIPES; stripe++) {
      locks.lockExclusive(stripe, stripe);
      try {
        tables[0][stripe].trim();
        tables[1][stripe].trim();
      } finally {
        locks.unlockExclusive(stripe, stripe);
      }
    }
  }

  /// The first chunk from `chunk` on that the journal speaks of, or -1.
  long nextChunk(long chunk) {
    long next = -1;
    for (BitSet generation : chunks) {
      synchronized (generation) {
        int found = generation.nextSetBit((int) chunk);
        next = next < 0 || (found >= 0 && found < next) ? found : next;
      }
    }
    return next;
  }

  private void applyOne(int generations, int generation, long chunk, ByteBuffer tagPage) {
    UnitTable table = tables[generation][ChunkLocks.stripeOf(chunk)];
    if ((generations & bit(generation)) == 0 || table.isEmpty()) {
      return;
    }
    BitSet speaksOf = chunks[generation];
    synchronized (speaksOf) {
      if (!speaksOf.get((int) chunk)) {
        return;
      }
    }
    long first = Geometry.firstUnitOf(chunk);
    for (int i = 0; i < Geometry.UNITS_PER_CHUNK; i++) {
      table.find(first + i, tagPage, i * UnitRecord.BYTES);
    }
  }
}
