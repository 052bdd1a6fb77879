package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.GcmUnitCipher;
import io.blockseal.volume.cipher.TagMismatchException;
import io.blockseal.volume.cipher.UnitRecord;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.JournalEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Units under AES-256-GCM, each with a record of its own.
///
/// A unit that was written before goes through the journal, so it is old or new after a crash; runs
/// of units that were not go home at once, and only their records through the journal. A piece is
/// at most one chunk.
final class GcmUnits implements Units {
  private static final int UNIT = Geometry.UNIT_BYTES;
  private static final int RECORD = UnitRecord.BYTES;

  private final String name;
  private final TaggedHomes homes;
  private final Overlay overlay;
  private final EpochCiphers ciphers;
  private final int straightUnits;

  /// Null if the volume is not open for writing.
  private final @Nullable Journal journal;

  /// The last counter that was used in the last epoch. Two writes never get the same one, and an
  /// epoch is used by one open volume only.
  private final AtomicLong counter = new AtomicLong();

  /// @param ciphers closed with this; the last epoch is the one to write in
  GcmUnits(
      String name,
      TaggedHomes homes,
      Overlay overlay,
      EpochCiphers ciphers,
      @Nullable Journal journal,
      int straightUnits) {
    this.name = name;
    this.homes = homes;
    this.overlay = overlay;
    this.ciphers = ciphers;
    this.journal = journal;
    this.straightUnits = straightUnits;
  }

  @Override
  public int pieceBytes(long offset, long lengthBytes) {
    int units = journal == null ? Geometry.UNITS_PER_CHUNK : journal.maxUnits();
    long inChunk = Math.min(lengthBytes, chunkEnd(offset) - offset);
    return UnitRange.pieceBytes(offset, inChunk, units);
  }

  @Override
  public long admit(long offset, int lengthBytes) throws IOException {
    int units = UnitRange.of(offset, lengthBytes).count();
    journal().admit(units);
    return units;
  }

  @Override
  public void dismiss(long admitted) {
    journal().dismiss((int) admitted);
  }

  @Override
  public void read(long offset, ByteBuffer target, Scratch scratch) throws IOException {
    UnitRange range = UnitRange.of(offset, target.remaining());
    homes.locate(range.first(), range.count(), scratch);
    ByteBuffer tagPage = scratch.tagPage();
    boolean inPlace = range.aligned() && target.isDirect();
    ByteBuffer data = inPlace ? target.slice() : scratch.data(range.bytes());
    homes.read(range.first(), range.count(), tagPage, scratch.places(), data);
    if (range.aligned()) {
      decrypt(range.first(), range.count(), data, tagPage, target);
      return;
    }
    decrypt(range.first(), range.count(), data, tagPage, data.duplicate());
    target.put(data.position(range.head()).limit(range.bytes() - range.tail()));
  }

  @Override
  public void prepare(long offset, ByteBuffer source, Scratch scratch) {
    // Where the ciphertext goes, and so how it is laid out, is known under the locks only.
  }

  @Override
  public void write(long offset, ByteBuffer source, Scratch scratch) throws IOException {
    UnitRange range = UnitRange.of(offset, source.remaining());
    if (range.aligned() && range.count() < straightUnits) {
      // Fresh or not, they go through the journal.
      writeJournalled(range.first(), range.count(), source, scratch);
      return;
    }
    homes.locate(range.first(), range.count(), scratch);
    ByteBuffer tagPage = scratch.tagPage();
    ByteBuffer plain = range.aligned() ? source : merge(range, source, scratch);
    for (int i = 0; i < range.count(); ) {
      boolean fresh = fresh(range.first() + i, tagPage, scratch.places()[i]);
      int run = 1;
      while (i + run < range.count()
          && fresh(range.first() + i + run, tagPage, scratch.places()[i + run]) == fresh) {
        run++;
      }
      if (fresh && run >= straightUnits) {
        writeStraight(range.first() + i, run, plain, scratch);
      } else {
        writeJournalled(range.first() + i, run, plain, scratch);
      }
      i += run;
    }
  }

  @Override
  public void discard(long offset, int lengthBytes, Scratch scratch) throws IOException {
    UnitRange range = UnitRange.of(offset, lengthBytes);
    long first = range.head() == 0 ? range.first() : range.first() + 1;
    long end = range.tail() == 0 ? range.last() + 1 : range.last();
    if (first > end) {
      write(offset, ByteBuffer.allocate(lengthBytes), scratch);
      return;
    }
    if (range.head() != 0) {
      write(offset, ByteBuffer.allocate(UNIT - range.head()), scratch);
    }
    if (range.tail() != 0) {
      write(end * UNIT, ByteBuffer.allocate(UNIT - range.tail()), scratch);
    }
    if (first < end) {
      discardUnits(first, (int) (end - first), scratch);
    }
  }

  @Override
  public EpochTable epochTable() {
    return ciphers.table();
  }

  @Override
  public void close() {
    ciphers.close();
  }

  private void discardUnits(long first, int count, Scratch scratch) throws IOException {
    homes.locate(first, count, scratch);
    ByteBuffer tagPage = scratch.tagPage();
    boolean any = false;
    for (int i = 0; i < count; i++) {
      any |= written(first + i, tagPage);
    }
    if (!any) {
      return;
    }
    ByteBuffer entry = scratch.entry(JournalEntry.HEAD_BYTES + Journal.PAGE_BYTES);
    long at = journal().append(JournalEntry.Type.DISCARD, first, count, entry);
    ZeroBytes.fill(tagPage, 0, RECORD);
    for (int i = 0; i < count; i++) {
      overlay.put(journal().generationAt(at), first + i, Overlay.DISCARDED, tagPage, 0);
    }
  }

  /// Encrypts a run of units to the journal.
  private void writeJournalled(long first, int count, ByteBuffer plain, Scratch scratch)
      throws IOException {
    int length = JournalEntry.lengthBytes(JournalEntry.Type.DATA, count);
    ByteBuffer entry = scratch.entry(length + Journal.PAGE_BYTES);
    ByteBuffer records = scratch.entryRecords().position(JournalEntry.recordOffset(0));
    ByteBuffer content = scratch.entryContent().position(JournalEntry.unitOffset(count, 0));
    encrypt(first, count, plain, content, records);
    long at = journal().append(JournalEntry.Type.DATA, first, count, entry);
    for (int i = 0; i < count; i++) {
      overlay.put(
          journal().generationAt(at),
          first + i,
          at + JournalEntry.unitOffset(count, i),
          entry,
          JournalEntry.recordOffset(i));
    }
  }

  /// Encrypts a run of units that are unwritten to their homes, and their records to the journal.
  private void writeStraight(long first, int count, ByteBuffer plain, Scratch scratch)
      throws IOException {
    int length = JournalEntry.lengthBytes(JournalEntry.Type.RECORDS, count);
    ByteBuffer entry = scratch.entry(length + Journal.PAGE_BYTES);
    ByteBuffer records = scratch.entryRecords().position(JournalEntry.recordOffset(0));
    ByteBuffer content = scratch.stored(count * UNIT);
    encrypt(first, count, plain, content, records);
    homes.writeFresh(first, content.flip());
    for (int i = 0; i < count; i++) {
      entry.putInt(
          JournalEntry.crcOffset(count, i), JournalEntry.unitCrc(content.clear(), i * UNIT));
    }
    long at = journal().append(JournalEntry.Type.RECORDS, first, count, entry);
    for (int i = 0; i < count; i++) {
      overlay.put(
          journal().generationAt(at),
          first + i,
          Overlay.AT_HOME,
          entry,
          JournalEntry.recordOffset(i));
    }
  }

  private void encrypt(
      long first, int count, ByteBuffer plain, ByteBuffer content, ByteBuffer records) {
    EpochTable table = ciphers.table();
    GcmUnitCipher cipher = ciphers.of(table.lastEpoch());
    if (cipher == null) {
      throw new IllegalStateException("volume %s has no epoch to write in".formatted(name));
    }
    for (int i = 0; i < count; i++) {
      cipher.encrypt(first + i, counter.incrementAndGet(), plain, content, records);
    }
  }

  /// Decrypts `count` units from the beginning of `data` to `target`, which may be the same memory.
  private void decrypt(
      long first, int count, ByteBuffer data, ByteBuffer tagPage, ByteBuffer target)
      throws UnreadableUnitException {
    data.position(0);
    for (int i = 0; i < count; i++) {
      long unit = first + i;
      data.position(i * UNIT);
      if (!written(unit, tagPage)) {
        ZeroBytes.put(target, UNIT);
        continue;
      }
      tagPage.limit(tagPage.capacity()).position(Geometry.indexInChunk(unit) * RECORD);
      GcmUnitCipher cipher = ciphers.of(UnitRecord.epoch(tagPage));
      if (cipher == null) {
        int lastEpoch = ciphers.table().lastEpoch();
        throw new UnreadableUnitException(
            name, unit, UnitRecord.reasonAgainst(UnitRecord.epoch(tagPage), lastEpoch));
      }
      try {
        cipher.decrypt(unit, data, tagPage, target);
      } catch (TagMismatchException e) {
        throw new UnreadableUnitException(name, unit, "its tag does not match");
      }
    }
  }

  /// Fills the data area of `scratch` with `source`, and around it with what the first and the last
  /// unit hold now.
  private ByteBuffer merge(UnitRange range, ByteBuffer source, Scratch scratch) throws IOException {
    ByteBuffer data = scratch.data(range.bytes());
    if (range.head() != 0) {
      readUnit(range, 0, data, scratch);
    }
    if (range.tail() != 0 && (range.count() > 1 || range.head() == 0)) {
      readUnit(range, range.count() - 1, data, scratch);
    }
    data.clear().position(range.head()).put(source);
    return data.clear().limit(range.bytes());
  }

  /// Decrypts the `i`-th unit of a located range to its place in `data`.
  private void readUnit(UnitRange range, int i, ByteBuffer data, Scratch scratch)
      throws IOException {
    long unit = range.first() + i;
    ByteBuffer slot = data.slice(i * UNIT, UNIT);
    long[] place = {scratch.places()[i]};
    homes.read(unit, 1, scratch.tagPage(), place, slot);
    decrypt(unit, 1, slot, scratch.tagPage(), slot.duplicate());
  }

  private static boolean written(long unit, ByteBuffer tagPage) {
    return !ZeroBytes.at(tagPage, Geometry.indexInChunk(unit) * RECORD, RECORD);
  }

  private static boolean fresh(long unit, ByteBuffer tagPage, long place) {
    return place == Overlay.ABSENT && !written(unit, tagPage);
  }

  private static long chunkEnd(long offset) {
    return (offset / Geometry.CHUNK_BYTES + 1) * Geometry.CHUNK_BYTES;
  }

  private Journal journal() {
    if (journal == null) {
      throw new IllegalStateException("volume %s is not open for writing".formatted(name));
    }
    return journal;
  }
}
