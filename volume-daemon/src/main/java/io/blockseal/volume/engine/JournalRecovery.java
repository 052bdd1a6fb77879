package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.UnitRecord;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.format.JournalEntry;
import io.blockseal.volume.format.JournalScan;
import io.blockseal.volume.format.JournalSegment;
import io.blockseal.volume.format.VolumeHeader;
import io.blockseal.volume.store.BlockStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;

/// What the journal of a volume that was not closed properly holds, put into an [Overlay]. Needs no
/// key and changes nothing. Confined to the call that opens.
///
/// A torn tail is dropped: it was never flushed. A defect before a place that some entry names as
/// durable is no torn tail but damage, and refused.
final class JournalRecovery {
  private final String name;
  private final VolumeHeader header;
  private final int lastEpoch;
  private final Geometry geometry;
  private final BlockStore home;
  private final LongPredicate here;
  private final Overlay overlay;
  private final ByteBuffer zeroRecord = ByteBuffer.allocate(UnitRecord.BYTES);
  private final ByteBuffer unit = ByteBuffer.allocateDirect(Geometry.UNIT_BYTES);

  /// @param here tells which chunks the volume file holds; what the journal says of others was
  ///   never flushed
  JournalRecovery(
      String name,
      VolumeHeader header,
      int lastEpoch,
      BlockStore home,
      LongPredicate here,
      Overlay overlay) {
    this.name = name;
    this.header = header;
    this.lastEpoch = lastEpoch;
    this.home = home;
    this.here = here;
    this.overlay = overlay;
    geometry = new Geometry(header.sizeBytes(), true);
  }

  /// Fills the overlay.
  ///
  /// @return the two segments, the older first
  List<JournalSegment> load(BlockStore journalFile) throws IOException {
    List<JournalSegment> segments = segments(journalFile);
    List<JournalScan> scans = new ArrayList<>();
    for (JournalSegment segment : segments) {
      JournalScan scan = scan(segment, journalFile);
      if (segment.epoch() != lastEpoch && !scan.entries().isEmpty()) {
        throw damage(
            "segment %d has entries of epoch %d, but the last epoch is %d"
                .formatted(segment.number(), segment.epoch(), lastEpoch));
      }
      scans.add(scan);
    }
    long durable = Math.max(scans.get(0).durable(), scans.get(1).durable());
    checkWhole(scans.get(0), scans.get(1), durable);
    for (JournalScan scan : scans) {
      put(scan, journalFile, durable);
    }
    return segments;
  }

  /// Reads the whole segment into memory that is given back at once: many volumes may recover
  /// together.
  private static JournalScan scan(JournalSegment segment, BlockStore journalFile)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer bytes =
          arena.allocate(segment.segmentBytes()).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      journalFile.read(segment.fileOffset(), bytes);
      return JournalScan.of(segment, bytes.clear());
    }
  }

  private List<JournalSegment> segments(BlockStore journalFile) throws IOException {
    List<JournalSegment> segments = new ArrayList<>();
    long fileBytes = journalFile.sizeBytes();
    for (int half = 0; half < 2; half++) {
      byte[] head = new byte[JournalSegment.HEAD_BYTES];
      journalFile.read(half * (fileBytes / 2), ByteBuffer.wrap(head));
      JournalSegment segment;
      try {
        segment = JournalSegment.parse(head, half, fileBytes);
      } catch (FormatException e) {
        throw damage(String.valueOf(e.getMessage()));
      }
      if (!segment.volumeId().equals(header.volumeId())) {
        throw damage("it belongs to volume " + segment.volumeId());
      }
      if (segment.epoch() != lastEpoch && segment.epoch() != lastEpoch + 1) {
        throw damage(
            "it is of epoch %d, but the last epoch is %d".formatted(segment.epoch(), lastEpoch));
      }
      segments.add(segment);
    }
    segments.sort(Comparator.comparingLong(JournalSegment::number));
    if (segments.get(0).number() + 1 != segments.get(1).number()) {
      throw damage(
          "its segments are %d and %d"
              .formatted(segments.get(0).number(), segments.get(1).number()));
    }
    return segments;
  }

  /// Refuses if something before `durable`, a position of the log, is missing.
  private void checkWhole(JournalScan older, JournalScan newer, long durable)
      throws FormatException {
    JournalSegment last = newer.segment();
    if (durable > last.position(0)) {
      if (older.end() < newer.previousEnd()) {
        throw flushedDamage(older.segment(), older.end());
      }
      if (durable > last.position(newer.end())) {
        throw flushedDamage(last, newer.end());
      }
    } else if (durable > older.segment().position(older.end())) {
      throw flushedDamage(older.segment(), older.end());
    }
  }

  private void put(JournalScan scan, BlockStore journalFile, long durable) throws IOException {
    JournalSegment segment = scan.segment();
    int generation = JournalSegment.half(segment.number());
    overlay.turn(generation);
    for (JournalEntry entry : scan.entries()) {
      check(entry);
      if (!here.test(Geometry.chunkOf(entry.firstUnit()))) {
        continue;
      }
      long place = segment.fileOffset() + entry.offset();
      switch (entry.type()) {
        case DATA -> putData(generation, entry, journalFile, place);
        case RECORDS ->
            putRecords(
                generation, entry, journalFile, place, segment.position(entry.offset()) < durable);
        case MARK -> throw new IllegalStateException("a scan ends before a mark");
        case DISCARD -> {
          for (int i = 0; i < entry.unitCount(); i++) {
            overlay.put(generation, entry.firstUnit() + i, Overlay.DISCARDED, zeroRecord, 0);
          }
        }
      }
    }
  }

  private void putData(int generation, JournalEntry entry, BlockStore journalFile, long place)
      throws IOException {
    int count = entry.unitCount();
    ByteBuffer records = body(journalFile, place, count * UnitRecord.BYTES);
    for (int i = 0; i < count; i++) {
      overlay.put(
          generation,
          entry.firstUnit() + i,
          place + JournalEntry.unitOffset(count, i),
          records,
          i * UnitRecord.BYTES);
    }
  }

  private void putRecords(
      int generation,
      JournalEntry entry,
      BlockStore journalFile,
      long place,
      boolean contentDurable)
      throws IOException {
    int count = entry.unitCount();
    int bodyBytes = JournalEntry.lengthBytes(entry.type(), count) - JournalEntry.HEAD_BYTES;
    ByteBuffer records = body(journalFile, place, bodyBytes);
    for (int i = 0; i < count; i++) {
      long unitNumber = entry.firstUnit() + i;
      int crc = records.getInt(JournalEntry.crcOffset(count, i) - JournalEntry.HEAD_BYTES);
      if (contentDurable || crc == crcAtHome(unitNumber)) {
        overlay.put(generation, unitNumber, Overlay.AT_HOME, records, i * UnitRecord.BYTES);
      }
    }
  }

  private int crcAtHome(long unitNumber) throws IOException {
    home.read(geometry.unitHome(unitNumber), unit.clear());
    return JournalEntry.unitCrc(unit, 0);
  }

  private static ByteBuffer body(BlockStore journalFile, long place, int lengthBytes)
      throws IOException {
    ByteBuffer body = ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
    journalFile.read(place + JournalEntry.HEAD_BYTES, body);
    return body;
  }

  private void check(JournalEntry entry) throws FormatException {
    long first = entry.firstUnit();
    long last = first + entry.unitCount() - 1;
    if (first < 0
        || last >= geometry.unitCount()
        || Geometry.chunkOf(first) != Geometry.chunkOf(last)) {
      throw damage("an entry speaks of the units %d to %d".formatted(first, last));
    }
  }

  private FormatException flushedDamage(JournalSegment segment, int offset) {
    return damage(
        "segment %d is damaged at offset %d, before entries that were flushed"
            .formatted(segment.number(), offset));
  }

  private FormatException damage(String what) {
    return new FormatException("the journal of volume %s is refused: %s".formatted(name, what));
  }
}
