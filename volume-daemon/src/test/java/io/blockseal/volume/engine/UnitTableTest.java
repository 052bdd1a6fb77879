package io.blockseal.volume.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.cipher.UnitRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// Two tables that share a pool, as the generations of an overlay do, beside maps that say what
/// they must hold.
class UnitTableTest {
  private static final int STEPS = 4_000;
  private static final int OFFSET = 64;

  private final SlabPool pool = new SlabPool(UnitTable.SLAB_LONGS);
  private final ByteBuffer record = ByteBuffer.allocate(OFFSET + UnitRecord.BYTES);

  /// What a table says of a unit: its place, and the seed of its record.
  private record Entry(long place, long seed) {}

  @RepeatedTest(20)
  void holdsWhatWasPutLast(RepetitionInfo repetition) {
    var random = new SplittableRandom(repetition.getCurrentRepetition());
    List<UnitTable> tables = List.of(new UnitTable(pool), new UnitTable(pool));
    List<Map<Long, Entry>> models = List.of(new HashMap<>(), new HashMap<>());
    long units = random.nextLong(10, 1L << random.nextInt(5, 33));
    for (int step = 0; step < STEPS; step++) {
      int which = random.nextInt(2);
      if (random.nextInt(500) == 0) {
        tables.get(which).clear();
        if (random.nextBoolean()) {
          tables.get(which).trim();
        }
        models.get(which).clear();
        continue;
      }
      long unit = random.nextLong(units);
      var entry = new Entry(random.nextLong(-2, 1L << 27), random.nextLong());
      putRecord(entry.seed);
      tables.get(which).put(unit, entry.place, record, OFFSET);
      models.get(which).put(unit, entry);
      assertFinds(tables.get(which), models.get(which), random.nextLong(units));
    }
    for (int which = 0; which < 2; which++) {
      assertHolds(tables.get(which), models.get(which));
    }
  }

  @Test
  void holdsNothingAtFirst() {
    var table = new UnitTable(pool);
    assertThat(table.isEmpty()).isTrue();
    assertThat(table.find(0, record, OFFSET)).isEqualTo(UnitTable.ABSENT);
  }

  @Test
  void takesWhatAnotherTableLetGo() {
    var first = new UnitTable(pool);
    first.put(1, 2, record, OFFSET);
    first.clear();
    long[] slab = pool.take();
    assertThat(slab).startsWith(1, 2);
    pool.giveBack(slab);
    pool.clear();
    assertThat(pool.take()).containsOnly(0);
  }

  private void assertHolds(UnitTable table, Map<Long, Entry> model) {
    Set<Long> found = new HashSet<>();
    table.forEachUnit(unit -> assertThat(found.add(unit)).isTrue());
    assertThat(found).isEqualTo(model.keySet());
    assertThat(table.count()).isEqualTo(model.size());
    for (long unit : model.keySet()) {
      assertFinds(table, model, unit);
    }
  }

  private void assertFinds(UnitTable table, Map<Long, Entry> model, long unit) {
    Entry entry = model.get(unit);
    putRecord(0);
    long place = table.find(unit, record, OFFSET);
    assertThat(place).isEqualTo(entry == null ? UnitTable.ABSENT : entry.place);
    var expected = new SplittableRandom(entry == null ? 0 : entry.seed);
    for (int at = OFFSET; at < record.capacity(); at += Long.BYTES) {
      assertThat(record.getLong(at)).isEqualTo(expected.nextLong());
    }
  }

  private void putRecord(long seed) {
    var random = new SplittableRandom(seed);
    for (int at = OFFSET; at < record.capacity(); at += Long.BYTES) {
      record.putLong(at, random.nextLong());
    }
  }
}
