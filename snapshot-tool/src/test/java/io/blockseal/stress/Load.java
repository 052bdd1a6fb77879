package io.blockseal.stress;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// How a volume is used in one round. Immutable.
///
/// @param access which writers go past the page cache
/// @param lotUnits the longest request: each writer has every so many of these lots to itself
/// @param sectors whether requests begin and end at sectors of 512 bytes, else at units of 4 KiB
/// @param writers threads
/// @param flushEvery one of so many requests is a flush; 0: none is
/// @param discardEvery one of so many requests is a discard; 0: none is
/// @param readEvery one of so many requests is a read; 0: none is
record Load(
    Access access,
    int lotUnits,
    boolean sectors,
    int writers,
    int flushEvery,
    int discardEvery,
    int readEvery) {
  enum Access {
    DIRECT,
    BUFFERED,
    /// The first writer goes past the cache and the others through it.
    MIXED
  }

  private static final int[] LOTS = {1, 2, 8, 32, 64, 256};
  private static final int[] FLUSHES = {0, 2, 8, 64};
  private static final int[] DISCARDS = {0, 0, 8, 40};
  private static final int[] READS = {0, 4, 16};

  static Load draw(RandomGenerator random) {
    List<Access> all = List.of(Access.values());
    return new Load(
        all.get(random.nextInt(all.size())),
        LOTS[random.nextInt(LOTS.length)],
        random.nextInt(3) == 0,
        random.nextInt(1, 4),
        FLUSHES[random.nextInt(FLUSHES.length)],
        DISCARDS[random.nextInt(DISCARDS.length)],
        READS[random.nextInt(READS.length)]);
  }

  boolean direct(int writer) {
    return switch (access) {
      case DIRECT -> true;
      case BUFFERED -> false;
      case MIXED -> writer == 0;
    };
  }

  Map<String, Object> json() {
    Map<String, Object> json = new TreeMap<>();
    json.put("access", access.name());
    json.put("lotUnits", lotUnits);
    json.put("sectors", sectors);
    json.put("writers", writers);
    json.put("flushEvery", flushEvery);
    json.put("discardEvery", discardEvery);
    json.put("readEvery", readEvery);
    return json;
  }
}
