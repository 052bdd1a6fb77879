package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.UnitRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Chunks with tag pages, whose units are at their homes or still in the journal.
///
/// A unit is unwritten if its record is all zeros; what its home holds then is of no meaning, since
/// content goes home before its record does.
final class TaggedHomes implements Homes {
  private static final int UNIT = Geometry.UNIT_BYTES;
  private static final int TAG_PAGE = Geometry.TAG_PAGE_BYTES;
  private static final int RECORD = UnitRecord.BYTES;

  private final SyncedStore home;
  private final @Nullable SyncedStore journalFile;
  private final Overlay overlay;
  private final Extent extent;
  private final ScratchPool scratches;
  private final TagPages pages;

  /// Null if the volume is not open for writing.
  private final @Nullable Checkpointer checkpointer;

  /// @param journalFile null if nothing is in the journal and nothing will be
  TaggedHomes(
      SyncedStore home,
      @Nullable SyncedStore journalFile,
      Overlay overlay,
      Extent extent,
      ScratchPool scratches,
      TagPages pages,
      @Nullable Checkpointer checkpointer) {
    this.home = home;
    this.journalFile = journalFile;
    this.overlay = overlay;
    this.extent = extent;
    this.scratches = scratches;
    this.pages = pages;
    this.checkpointer = checkpointer;
  }

  /// Puts the records of `count` units of one chunk into their slots of [Scratch#tagPage] (the
  /// others are of no meaning), and where their ciphertext is, as in [Overlay], into
  /// [Scratch#places] from 0 on. The caller holds a lock of the chunk.
  void locate(long firstUnit, int count, Scratch scratch) throws IOException {
    long chunk = Geometry.chunkOf(firstUnit);
    int index = Geometry.indexInChunk(firstUnit);
    pages.load(chunk, index, count, scratch);
    ByteBuffer tagPage = scratch.tagPage();
    long[] places = scratch.places();
    boolean silent = overlay.silentAbout(chunk);
    for (int i = 0; i < count; i++) {
      places[i] =
          silent ? Overlay.ABSENT : overlay.find(firstUnit + i, tagPage, (index + i) * RECORD);
    }
  }

  /// Fills `data` from its position on, which stays, with the ciphertext of `count` units that
  /// [#locate] located; what it holds for unwritten units is of no meaning.
  void read(long firstUnit, int count, ByteBuffer tagPage, long[] places, ByteBuffer data)
      throws IOException {
    int index = Geometry.indexInChunk(firstUnit);
    int start = data.position();
    int limit = data.limit();
    try {
      if (anyAtHome(index, count, tagPage, places)) {
        data.limit(start + count * UNIT);
        home.read(extent.geometry().unitHome(firstUnit), data);
      }
      for (int i = 0; i < count; ) {
        int run = runInJournal(places, i, count);
        if (run > 0) {
          data.limit(start + (i + run) * UNIT).position(start + i * UNIT);
          journalFile().read(places[i], data);
        }
        i += Math.max(1, run);
      }
    } finally {
      data.limit(limit).position(start);
    }
  }

  /// Writes ciphertext of units that are unwritten to their home, where it counts only once their
  /// records are in the journal.
  void writeFresh(long firstUnit, ByteBuffer data) throws IOException {
    home.write(extent.geometry().unitHome(firstUnit), data);
  }

  @Override
  public boolean load(long chunk, ByteBuffer stored) throws IOException {
    Scratch scratch = scratches.borrow();
    try {
      int start = stored.position();
      ByteBuffer tagPage = scratch.tagPage();
      long[] places = scratch.places();
      long first = Geometry.firstUnitOf(chunk);
      int count = extent.geometry().unitsInChunk(chunk);
      locate(first, count, scratch);
      if (ZeroBytes.at(tagPage, 0, count * RECORD)) {
        return false;
      }
      ZeroBytes.fill(tagPage, count * RECORD, TAG_PAGE - count * RECORD);
      stored.put(tagPage.clear());
      read(first, count, tagPage, places, stored.slice(start + TAG_PAGE, count * UNIT));
      for (int i = 0; i < Geometry.UNITS_PER_CHUNK; i++) {
        if (ZeroBytes.at(tagPage, i * RECORD, RECORD)) {
          ZeroBytes.fill(stored, start + TAG_PAGE + i * UNIT, UNIT);
        }
      }
      stored.position(start + extent.geometry().storedChunkBytes());
      return true;
    } finally {
      scratches.giveBack(scratch);
    }
  }

  @Override
  public void place(long chunk, @Nullable ByteBuffer stored) throws IOException {
    Scratch scratch = scratches.borrow();
    try {
      checkpointer().checkUnknown(chunk, scratch);
      placeHome(chunk, stored == null ? null : stored.duplicate());
      checkpointer().adopt(chunk, stored);
    } finally {
      scratches.giveBack(scratch);
    }
  }

  @Override
  public void relieve() {
    checkpointer().relieve();
  }

  @Override
  public void adoptAll() throws IOException {
    checkpointer().adoptAll(scratches);
  }

  @Override
  public long nextChunk(long chunk) throws IOException {
    Geometry geometry = extent.geometry();
    if (chunk >= geometry.chunkCount()) {
      return -1;
    }
    // First the journal, then the homes: no lock is held, and whatever goes home meanwhile is
    // there before the journal forgets it.
    long inJournal = overlay.nextChunk(chunk);
    long data = home.store().nextData(geometry.chunkHome(chunk));
    long atHome = data < 0 || data >= geometry.fileBytes() ? -1 : geometry.chunkAt(data);
    return atHome < 0 || (inJournal >= 0 && inJournal < atHome) ? inJournal : atHome;
  }

  @Override
  public void resize(Geometry geometry) throws IOException {
    home.resize(geometry.fileBytes());
  }

  @Override
  public void sync() throws IOException {
    if (checkpointer != null) {
      checkpointer.sync();
    }
  }

  @Override
  public void finish() throws IOException {
    if (checkpointer != null) {
      checkpointer.finish();
    }
  }

  @Override
  public void close() throws IOException {
    if (checkpointer != null) {
      checkpointer.close();
    }
  }

  private void placeHome(long chunk, @Nullable ByteBuffer stored) throws IOException {
    long at = extent.geometry().chunkHome(chunk);
    int length = extent.geometry().storedChunkBytes();
    if (stored != null) {
      home.write(at, stored);
      return;
    }
    long data = home.store().nextData(at);
    if (data >= 0 && data < at + length) {
      home.punchHole(at, length);
    }
  }

  private Checkpointer checkpointer() {
    if (checkpointer == null) {
      throw new IllegalStateException("the homes are only read");
    }
    return checkpointer;
  }

  private SyncedStore journalFile() {
    if (journalFile == null) {
      throw new IllegalStateException("a unit is in a journal that is not there");
    }
    return journalFile;
  }

  private static boolean anyAtHome(int index, int count, ByteBuffer tagPage, long[] places) {
    for (int i = 0; i < count; i++) {
      if (places[i] == Overlay.AT_HOME
          || (places[i] == Overlay.ABSENT
              && !ZeroBytes.at(tagPage, (index + i) * RECORD, RECORD))) {
        return true;
      }
    }
    return false;
  }

  /// How many units from the `i`-th on lie one behind the other in the journal.
  private static int runInJournal(long[] places, int i, int count) {
    if (places[i] < 0) {
      return 0;
    }
    int run = 1;
    while (i + run < count && places[i + run] == places[i] + (long) run * UNIT) {
      run++;
    }
    return run;
  }
}
