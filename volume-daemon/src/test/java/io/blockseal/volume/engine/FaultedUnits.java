package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.UNIT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan.Struck;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.store.VolumeFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the units of a [FaultedLife] may hold: a [UnitModel], and what faults and lies leave open.
/// Confined to one thread.
final class FaultedUnits {
  private final CipherSpec cipher;
  private final Fault fault;
  private final UnitModel model = new UnitModel();

  /// Everything that a unit ever held, or was about to, besides zeros.
  private final Map<Long, List<byte[]>> ever = new HashMap<>();

  /// Units of which the disk was told something else than it holds, and nobody has looked at; some
  /// may lie behind the end of a volume that grows later.
  private final Set<Long> struck = new HashSet<>();

  /// The same, of which nobody knows what a loss of power makes.
  private final Set<Long> hazy = new HashSet<>();

  /// What units may hold that a failed request was changing, until they are written again: the
  /// request may come to light with a crash.
  private final Map<Long, List<byte[]>> undecided = new HashMap<>();

  // The request that runs.
  private long first;
  private List<byte[]> before = List.of();
  private List<byte[]> after = List.of();

  FaultedUnits(CipherSpec cipher, Fault fault) {
    this.cipher = cipher;
    this.fault = fault;
  }

  /// A request to put `content` at `offset` begins.
  void writing(long offset, byte[] content) {
    first = offset / UNIT;
    before = units(offset, content.length);
    model.writing(offset, content);
    after = units(offset, content.length);
    for (int i = 0; i < after.size(); i++) {
      ever.computeIfAbsent(first + i, unit -> new ArrayList<>()).add(after.get(i));
    }
  }

  /// It was acknowledged.
  void settled() {
    model.settled();
    for (int i = 0; i < after.size(); i++) {
      undecided.remove(first + i);
    }
  }

  /// It failed.
  void failed() {
    for (int i = 0; i < after.size(); i++) {
      List<byte[]> either = undecided.computeIfAbsent(first + i, unit -> new ArrayList<>());
      either.add(before.get(i));
      either.add(after.get(i));
    }
  }

  void flushed() {
    model.flushed();
    hazy.clear();
  }

  /// Every unit was observed.
  void observedAll() {
    model.settled();
  }

  /// The volume was opened for writing, which settles what failed requests have left, and every
  /// unit was observed.
  void openedAnew() {
    undecided.clear();
  }

  /// Where the store lied, or left something half done.
  void strike(List<Struck> ranges) {
    for (Struck range : ranges) {
      if (cipher.tagged() || !range.store().equals(VolumeFile.VOLUME.name())) {
        continue;
      }
      long from = (range.offset() - Geometry.DATA_START) / UNIT;
      long last = (range.offset() + range.lengthBytes() - 1 - Geometry.DATA_START) / UNIT;
      for (long unit = Math.max(0, from); unit <= last; unit++) {
        struck.add(unit);
        hazy.add(unit);
      }
    }
  }

  /// The unit holds `found`.
  ///
  /// @param lost whether what was not synced may be lost
  void observe(long unit, byte[] found, boolean lost) {
    if (struck.remove(unit) || (lost && hazy.contains(unit))) {
      model.accept(unit, found);
    } else if (fault.silent() && cipher.tagged()) {
      assertThat(Arrays.equals(found, new byte[UNIT]) || among(ever, unit, found))
          .as("unit %d holds something that nobody wrote to it", unit)
          .isTrue();
      model.accept(unit, found);
    } else if (!model.observe(unit, found, lost)) {
      if (!among(undecided, unit, found)) {
        fail("unit %d holds %s, not %s", unit, text(found), text(model.unit(unit)));
      }
      model.accept(unit, found);
    }
  }

  private List<byte[]> units(long offset, int length) {
    List<byte[]> units = new ArrayList<>();
    for (long unit = offset / UNIT; unit <= (offset + length - 1) / UNIT; unit++) {
      units.add(model.unit(unit));
    }
    return units;
  }

  private static boolean among(Map<Long, List<byte[]>> units, long unit, byte[] found) {
    return units.getOrDefault(unit, List.of()).stream().anyMatch(one -> Arrays.equals(one, found));
  }

  private static String text(byte[] unit) {
    return unit[0] == 0 ? "zeros" : new String(unit, 0, 40, US_ASCII);
  }
}
