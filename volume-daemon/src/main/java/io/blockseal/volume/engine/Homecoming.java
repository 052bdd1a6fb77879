package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.UnitRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;

/// Writes what one generation of the overlay says of units to their homes: their content, unless it
/// is there, and their records. Doing it twice changes nothing. One caller at a time.
final class Homecoming {
  private static final int UNIT = Geometry.UNIT_BYTES;
  private static final int RECORD = UnitRecord.BYTES;

  private final SyncedStore home;
  private final SyncedStore journalFile;
  private final Overlay overlay;
  private final Extent extent;
  private final ScratchPool scratches;

  Homecoming(
      SyncedStore home,
      SyncedStore journalFile,
      Overlay overlay,
      Extent extent,
      ScratchPool scratches) {
    this.home = home;
    this.journalFile = journalFile;
    this.overlay = overlay;
    this.extent = extent;
    this.scratches = scratches;
  }

  /// Brings a generation, into which nothing is put any more, home. It is durable in the journal;
  /// making the homes durable is left to the caller.
  ///
  /// @param wanted tells chunks to pass over
  void bring(int generation, LongPredicate wanted) throws IOException {
    long[] units = overlay.units(generation);
    Scratch scratch = scratches.borrow();
    try {
      for (int from = 0; from < units.length; ) {
        long chunk = Geometry.chunkOf(units[from]);
        int to = from + 1;
        while (to < units.length && Geometry.chunkOf(units[to]) == chunk) {
          to++;
        }
        if (wanted.test(chunk)) {
          bringChunk(generation, chunk, units, from, to, scratch);
        }
        from = to;
      }
    } finally {
      scratches.giveBack(scratch);
    }
  }

  private void bringChunk(
      int generation, long chunk, long[] units, int from, int to, Scratch scratch)
      throws IOException {
    long tagPageHome = extent.geometry().tagPageHome(chunk);
    ByteBuffer tagPage = scratch.tagPage();
    home.read(tagPageHome, tagPage);
    long[] places = scratch.places();
    for (int i = from; i < to; i++) {
      int slot = Geometry.indexInChunk(units[i]) * RECORD;
      places[i - from] = overlay.findIn(generation, units[i], tagPage, slot);
    }
    for (int i = 0; i < to - from; ) {
      int run = run(units, from, places, i, to - from);
      bringRun(units[from + i], run, places, i, scratch);
      i += run;
    }
    if (ZeroBytes.at(tagPage, 0, Geometry.TAG_PAGE_BYTES)) {
      home.punchHole(tagPageHome, Geometry.TAG_PAGE_BYTES);
    } else {
      home.write(tagPageHome, tagPage.clear());
    }
  }

  /// How many units from the `i`-th on follow each other and are of one kind.
  private static int run(long[] units, int from, long[] places, int i, int count) {
    int run = 1;
    while (i + run < count
        && units[from + i + run] == units[from + i] + run
        && kind(places[i + run]) == kind(places[i])) {
      run++;
    }
    return run;
  }

  private static long kind(long place) {
    return Math.min(place, 0);
  }

  private void bringRun(long firstUnit, int count, long[] places, int i, Scratch scratch)
      throws IOException {
    long unitHome = extent.geometry().unitHome(firstUnit);
    if (places[i] == Overlay.DISCARDED) {
      home.punchHole(unitHome, (long) count * UNIT);
    } else if (places[i] >= 0) {
      ByteBuffer data = scratch.data(count * UNIT);
      for (int read = 0; read < count; ) {
        int run = 1;
        while (read + run < count
            && places[i + read + run] == places[i + read] + (long) run * UNIT) {
          run++;
        }
        journalFile.read(places[i + read], data.slice(read * UNIT, run * UNIT));
        read += run;
      }
      home.write(unitHome, data);
    }
  }
}
