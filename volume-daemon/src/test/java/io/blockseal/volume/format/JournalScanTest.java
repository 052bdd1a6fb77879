package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JournalScanTest {
  private static final JournalSegment SEGMENT = new JournalSegment(2, 64 << 10, 3, "vol-1", 11);

  private final JournalLog log = new JournalLog(SEGMENT);

  @Test
  void findsNothingInAnEmptySegment() {
    assertThat(log.scan()).isEqualTo(new JournalScan(SEGMENT, List.of(), 4096, 0, 0));
  }

  @Test
  void findsEntriesInTheirOrder() {
    List<JournalEntry> entries = threeEntries();
    assertThat(log.scan())
        .isEqualTo(new JournalScan(SEGMENT, entries, log.tail(), 300, 4096 + 64 * 3));
  }

  @Test
  void endsBeforeAMarkButBelievesItsDurablePosition() {
    List<JournalEntry> entries = threeEntries();
    int end = log.tail();
    log.append(JournalEntry.Type.MARK, 0, 0, 900, 5);
    assertThat(log.scan()).isEqualTo(new JournalScan(SEGMENT, entries, end, 900, 4096 + 64 * 5));
  }

  @Test
  void keepsTheGreatestDurablePosition() {
    log.append(JournalEntry.Type.DATA, 1, 1, 500, 1);
    log.append(JournalEntry.Type.DATA, 1, 1, 400, 1);
    assertThat(log.scan().durable()).isEqualTo(500);
  }

  @Test
  void endsAtTheFirstEntryThatIsTornAndStillHearsTheLaterOnes() {
    List<JournalEntry> entries = threeEntries();
    for (int torn = 0; torn < 3; torn++) {
      int at = entries.get(torn).offset();
      log.bytes.put(at + 40, (byte) (log.bytes.get(at + 40) ^ 1));
      JournalScan scan = log.scan();
      assertThat(scan.entries()).isEqualTo(entries.subList(0, torn));
      assertThat(scan.end()).isEqualTo(at);
      assertThat(scan.durable()).isEqualTo(torn == 2 ? 200 : 300);
      assertThat(scan.previousEnd()).isEqualTo(4096 + 64 * (torn == 2 ? 2 : 3));
      log.bytes.put(at + 40, (byte) (log.bytes.get(at + 40) ^ 1));
    }
  }

  /// No altered byte makes it find an entry that nobody wrote, or lose one before that byte.
  @Test
  void everyAlteredByteCostsAtMostTheEntriesFromThereOn() {
    List<JournalEntry> entries = threeEntries();
    int end = log.tail();
    for (int at = JournalSegment.HEAD_BYTES; at < end; at++) {
      byte was = log.bytes.get(at);
      log.bytes.put(at, (byte) (was ^ 0x10));
      List<JournalEntry> expected = new ArrayList<>();
      for (JournalEntry entry : entries) {
        if (at >= entry.offset() && at < entry.offset() + entry.lengthBytes()) {
          break;
        }
        expected.add(entry);
      }
      assertThat(log.scan().entries()).describedAs("byte %d", at).isEqualTo(expected);
      log.bytes.put(at, was);
    }
  }

  @Test
  void forgetsTheSegmentBeforeInTheSameHalf() {
    threeEntries();
    JournalSegment successor = SEGMENT.successor(3, 11);
    assertThat(JournalScan.of(successor, log.bytes))
        .isEqualTo(new JournalScan(successor, List.of(), 4096, 0, 0));
  }

  @Test
  void readsUpToTheEndOfTheSegment() {
    int count = 0;
    for (; log.tail() + 4192 <= SEGMENT.segmentBytes(); count++) {
      log.append(JournalEntry.Type.DATA, count, 1, count, 1);
    }
    while (log.tail() < SEGMENT.segmentBytes()) {
      log.append(JournalEntry.Type.DISCARD, count++, 1, 0, 1);
    }
    JournalScan scan = log.scan();
    assertThat(scan.entries()).hasSize(count);
    assertThat(scan.end()).isEqualTo(SEGMENT.segmentBytes());
  }

  private List<JournalEntry> threeEntries() {
    return List.of(
        log.append(JournalEntry.Type.DATA, 1, 2, 100, 1),
        log.append(JournalEntry.Type.RECORDS, 128, 3, 200, 2),
        log.append(JournalEntry.Type.DISCARD, 9, 4, 300, 3));
  }
}
