package io.blockseal.volume.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What a volume may hold, unit by unit: what it holds now, and what a crash may bring back.
final class UnitModel {
  private static final int UNIT = Bench.UNIT;

  private final Map<Long, byte[]> now = new HashMap<>();

  /// For units written since the last flush: everything that they may hold after a crash.
  private final Map<Long, List<byte[]>> possible = new HashMap<>();

  /// Units that a failed request was changing.
  private final Map<Long, List<byte[]>> uncertain = new HashMap<>();

  /// A request to put `content` at `offset` begins; its units may be old or new until [#settled].
  void writing(long offset, byte[] content) {
    for (int done = 0; done < content.length; ) {
      long unit = (offset + done) / UNIT;
      int inUnit = (int) ((offset + done) % UNIT);
      int step = Math.min(UNIT - inUnit, content.length - done);
      byte[] fresh = unit(unit).clone();
      System.arraycopy(content, done, fresh, inUnit, step);
      possible.computeIfAbsent(unit, n -> new ArrayList<>(List.of(unit(unit)))).add(fresh);
      uncertain.computeIfAbsent(unit, n -> new ArrayList<>(List.of(unit(unit)))).add(fresh);
      now.put(unit, fresh);
      done += step;
    }
  }

  /// The request was acknowledged.
  void settled() {
    uncertain.clear();
  }

  /// A flush was acknowledged.
  void flushed() {
    possible.clear();
  }

  /// What the unit holds, as far as acknowledged requests say.
  byte[] unit(long unit) {
    return now.getOrDefault(unit, new byte[UNIT]);
  }

  byte[] range(long offset, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    for (int done = 0; done < lengthBytes; ) {
      long unit = (offset + done) / UNIT;
      int inUnit = (int) ((offset + done) % UNIT);
      int step = Math.min(UNIT - inUnit, lengthBytes - done);
      System.arraycopy(unit(unit), inUnit, bytes, done, step);
      done += step;
    }
    return bytes;
  }

  /// Whether the unit may hold `found` after the machine died (or only the process), and if so, it
  /// does from now on.
  boolean observe(long unit, byte[] found, boolean powerLost) {
    List<byte[]> choices =
        (powerLost ? possible : uncertain).getOrDefault(unit, List.of(unit(unit)));
    for (byte[] choice : choices) {
      if (Arrays.equals(choice, found)) {
        now.put(unit, choice);
        return true;
      }
    }
    return false;
  }

  /// Whether the unit may hold `found` if the machine dies now.
  boolean mayHold(long unit, byte[] found) {
    return possible.getOrDefault(unit, List.of(unit(unit))).stream()
        .anyMatch(choice -> Arrays.equals(choice, found));
  }

  /// The unit holds `found` from now on, whatever anybody wrote.
  void accept(long unit, byte[] found) {
    now.put(unit, found);
    if (possible.containsKey(unit)) {
      possible.getOrDefault(unit, List.of()).add(found);
    }
  }

  /// Every unit was observed: nothing is in doubt, but that what only survived the death of the
  /// process may still be lost with the machine.
  void observedAll(boolean powerLost) {
    uncertain.clear();
    if (powerLost) {
      possible.clear();
    }
  }

  /// Content that `random` decides; whole units of it are easily told apart.
  static byte[] content(Random random, int lengthBytes) {
    byte[] content = new byte[lengthBytes];
    int stamp = random.nextInt();
    for (int i = 0; i < lengthBytes; i++) {
      content[i] = (byte) (stamp >>> (8 * (i & 3)));
    }
    return content;
  }
}
