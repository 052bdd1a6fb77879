package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.UnitRecord;
import io.blockseal.volume.format.JournalSegment;
import io.blockseal.volume.format.TagTreeHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Brings home what one generation of the overlay says of units, and enters it into the tag tree,
/// together with the tag pages that came from a snapshot since.
///
/// The order, each durable before the next: that the chunks concerned are here; their content, and
/// the changed nodes of the tree, in slots that do not count yet; the header with the new root,
/// from which on the new version counts; the tag pages. A crash before the header leaves the old
/// tree over pages that nobody touched. A crash after it leaves the new tree, and a header that
/// names the segment whose records are to be laid over the pages. Doing it twice changes nothing.
/// One caller at a time.
final class Homecoming {
  private static final int UNIT = Geometry.UNIT_BYTES;
  private static final int RECORD = UnitRecord.BYTES;
  private static final int NO_GENERATION = -1;

  private final SyncedStore home;
  private final SyncedStore journalFile;
  private final Overlay overlay;
  private final Extent extent;
  private final ScratchPool scratches;
  private final ChunkLocks locks;
  private final CheckedPages pages;
  private final Adoptions adoptions;
  private final Hydration hydration;
  private final CurrentHeader header;
  private final Health health;
  private final WriteOut writeOut;
  private final ByteBuffer record = ByteBuffer.allocate(RECORD);

  /// A version whose nodes are durable, but whose header failed to be written: it may be in the
  /// file, so it has to count before another one is made.
  private @Nullable Prepared unfinished;

  Homecoming(
      SyncedStore home,
      SyncedStore journalFile,
      Overlay overlay,
      Extent extent,
      ScratchPool scratches,
      ChunkLocks locks,
      CheckedPages pages,
      Adoptions adoptions,
      Hydration hydration,
      CurrentHeader header,
      Health health) {
    this.home = home;
    this.journalFile = journalFile;
    this.overlay = overlay;
    this.extent = extent;
    this.scratches = scratches;
    this.locks = locks;
    this.pages = pages;
    this.adoptions = adoptions;
    this.hydration = hydration;
    this.header = header;
    this.health = health;
    writeOut = new WriteOut(home);
  }

  /// A new version of the tree.
  private static final class Prepared {
    final byte[] root;
    final long segment;
    final int generation;
    final NavigableMap<Long, byte[]> adopted;

    Prepared(byte[] root, long segment, int generation, NavigableMap<Long, byte[]> adopted) {
      this.root = root;
      this.segment = segment;
      this.generation = generation;
      this.adopted = adopted;
    }
  }

  /// Brings a segment home, into which nothing is put any more, and whose requests have left. It is
  /// durable in the journal, and so is the ciphertext that its records speak of.
  ///
  /// @param segment null if only pages from a snapshot are to be entered
  void bring(@Nullable JournalSegment segment) throws IOException {
    Scratch scratch = scratches.borrow();
    try {
      Prepared left = unfinished;
      if (left != null) {
        install(left);
      }
      install(prepare(segment, scratch));
      if (segment != null) {
        bringPages(JournalSegment.half(segment.number()), scratch);
      }
      home.sync();
    } finally {
      scratches.giveBack(scratch);
    }
  }

  private Prepared prepare(@Nullable JournalSegment segment, Scratch scratch) throws IOException {
    NavigableMap<Long, byte[]> adopted = adoptions.pending();
    BitSet arrived = hydration.unsaved();
    home.sync();
    health.attempt(() -> hydration.save(arrived));
    adopted.keySet().removeIf(chunk -> !hydration.saved(chunk));
    int generation = segment == null ? NO_GENERATION : JournalSegment.half(segment.number());
    TagTreeUpdate update = pages.update();
    NavigableMap<Long, byte[]> waiting = new TreeMap<>(adopted);
    if (segment != null) {
      long[] units = overlay.units(generation);
      for (int from = 0; from < units.length; ) {
        long chunk = Geometry.chunkOf(units[from]);
        int to = endOfChunk(units, from);
        if (!waiting.isEmpty()) {
          enter(waiting.headMap(chunk, false), update, scratch);
          waiting.remove(chunk);
        }
        bringContent(generation, chunk, units, from, to, update, scratch);
        from = to;
      }
    }
    enter(waiting, update, scratch);
    byte[] root = update.finish();
    home.sync();
    long known = Objects.requireNonNull(header.get().tagTree()).segment();
    return new Prepared(
        root, segment == null ? known : Math.max(known, segment.number()), generation, adopted);
  }

  /// Enters pages from a snapshot, unless the tree knows better, and takes them from `waiting`.
  private void enter(NavigableMap<Long, byte[]> waiting, TagTreeUpdate update, Scratch scratch)
      throws IOException {
    for (var adoption : waiting.entrySet()) {
      if (Macs.isUnwritten(pages.leaf(adoption.getKey(), scratch))) {
        update.put(adoption.getKey(), adoption.getValue());
      }
    }
    waiting.clear();
  }

  /// Brings the content of the units of one chunk home, and enters its tag page as it will be.
  private void bringContent(
      int generation,
      long chunk,
      long[] units,
      int from,
      int to,
      TagTreeUpdate update,
      Scratch scratch)
      throws IOException {
    boolean known = pages.knows(generation);
    byte[] before = pages.expected(chunk, scratch);
    pages.loadLatest(chunk, scratch);
    ByteBuffer tagPage = scratch.tagPage();
    long[] places = scratch.places();
    for (int i = from; i < to; i++) {
      int slot = Geometry.indexInChunk(units[i]) * RECORD;
      places[i - from] =
          known
              ? overlay.findIn(generation, units[i], record, 0)
              : overlay.findIn(generation, units[i], tagPage, slot);
    }
    for (int i = 0; i < to - from; ) {
      int run = run(units, from, places, i, to - from);
      bringRun(units[from + i], run, places, i, scratch);
      i += run;
    }
    boolean stillUnwritten =
        Macs.isUnwritten(before) && ZeroBytes.at(tagPage, 0, Geometry.TAG_PAGE_BYTES);
    byte[] after = stillUnwritten ? Macs.unwritten() : pages.mac(chunk, tagPage, 0);
    if (!Macs.same(after, pages.leaf(chunk, scratch))) {
      update.put(chunk, after);
    }
  }

  /// Makes a prepared version the one that counts.
  private void install(Prepared prepared) throws IOException {
    unfinished = prepared;
    if (!Macs.same(prepared.root, pages.root())) {
      header.commit(TagTreeHead.of(prepared.root, prepared.segment));
    }
    pages.turnTo(prepared.root, prepared.generation);
    locks.awaitRequests();
    adoptions.learned(prepared.adopted.keySet());
    unfinished = null;
  }

  /// Writes the tag pages that a generation changes, which the tree knows already.
  private void bringPages(int generation, Scratch scratch) throws IOException {
    long[] units = overlay.units(generation);
    for (int from = 0; from < units.length; from = endOfChunk(units, from)) {
      long chunk = Geometry.chunkOf(units[from]);
      boolean authentic = pages.loadLatest(chunk, scratch);
      ByteBuffer tagPage = scratch.tagPage();
      long tagPageHome = extent.geometry().tagPageHome(chunk);
      if (ZeroBytes.at(tagPage, 0, Geometry.TAG_PAGE_BYTES)) {
        home.punchHole(tagPageHome, Geometry.TAG_PAGE_BYTES);
      } else {
        home.write(tagPageHome, tagPage.clear());
        writeOut.wrote(tagPageHome, Geometry.TAG_PAGE_BYTES);
      }
      if (authentic) {
        pages.keep(chunk, pages.expected(chunk, scratch), tagPage, 0);
      } else {
        pages.drop(chunk);
      }
    }
  }

  private static int endOfChunk(long[] units, int from) {
    int to = from + 1;
    while (to < units.length && Geometry.chunkOf(units[to]) == Geometry.chunkOf(units[from])) {
      to++;
    }
    return to;
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
        data.limit((read + run) * UNIT).position(read * UNIT);
        journalFile.read(places[i + read], data);
        read += run;
      }
      home.write(unitHome, data.rewind());
      writeOut.wrote(unitHome, (long) count * UNIT);
    }
  }
}
