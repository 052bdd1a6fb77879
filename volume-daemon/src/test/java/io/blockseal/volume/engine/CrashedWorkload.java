package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.store.CrashImage;
import io.blockseal.volume.store.CrashImage.Doubt;
import io.blockseal.volume.store.Fate;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A few operations on a new volume, and the states in which the machine may die in the last of
/// them. Confined to one thread.
///
/// Where a moment has more states than [#MOST_STATES] allows, these are tried: nothing lost;
/// everything lost; everything torn, either way; one block lost or torn and the others kept; one
/// kept and the others lost; for every k the first k blocks, in the order in which they were
/// written, kept and the others lost, or lost and the others kept; and some drawn from a seed.
final class CrashedWorkload {
  static final int SIZE = CHUNK;

  /// All states of three blocks that may tear, or of six that may not.
  static final long MOST_STATES = 64;

  private static final int DRAWN_STATES = 8;

  /// Of the states of the longest workloads, all but every so many-th are only read, which takes a
  /// third of the time; with a soak, somebody goes on with each.
  private static final int READ_ONLY_STATES = 4;

  private static final int LOOKED_AT = 4;
  private static final long SOAK = Long.getLong("blockseal.soak", 1);

  /// What a workload is made of.
  enum Operation {
    WRITE_0,
    WRITE_1,
    WRITE_BOTH,
    WRITE_ACROSS,
    DISCARD,
    FLUSH,
    CUT,
    GROW,
    REOPEN
  }

  /// What was tried.
  static final class Counts {
    long moments;
    long exhausted;
    long states;
  }

  private final CipherSpec cipher;
  private final MemoryDisk disk;
  private final List<Operation> workload;
  private final Counts counts;
  private final UnitModel model = new UnitModel();
  private final Random random;
  private long sizeBytes = SIZE;
  private boolean growing;
  private @Nullable Moment moment;

  /// A cut that is still to be copied.
  private record Moment(Cut cut, Shelf shelf, ByteBuffer content) {}

  CrashedWorkload(CipherSpec cipher, MemoryDisk disk, List<Operation> workload, Counts counts) {
    this.cipher = cipher;
    this.disk = disk;
    this.workload = workload;
    this.counts = counts;
    random = new Random(workload.hashCode());
  }

  void run() throws IOException {
    if (workload.isEmpty()) {
      disk.watch(this::examine);
    }
    Volume volume = open(disk, cipher);
    for (int i = 0; i < workload.size(); i++) {
      if (i == workload.size() - 1) {
        disk.watch(this::examine);
      }
      volume = apply(workload.get(i), volume);
    }
    examine(disk.image());
    disk.watch(image -> {});
    endCut();
    volume.close();
  }

  /// The making of a volume.
  static void ofMaking(CipherSpec cipher, Counts counts) throws IOException {
    MemoryDisk disk = new MemoryDisk();
    disk.watch(
        image -> {
          for (List<Fate> state : states(image.doubts(), new Random(1), counts)) {
            counts.states++;
            MemoryDisk left = image.after(state);
            try (Volume volume = open(left, cipher)) {
              assertThat(Bench.read(volume, 0, SIZE)).containsOnly(0);
            } catch (FormatException | java.nio.file.NoSuchFileException e) {
              // Nobody was told that it is there.
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
    Bench.create(disk, Bench.spec(cipher, SIZE), Bench.TINY_JOURNAL);
  }

  private Volume apply(Operation operation, Volume volume) throws IOException {
    switch (operation) {
      case WRITE_0 -> write(volume, 0, UNIT);
      case WRITE_1 -> write(volume, UNIT, UNIT);
      case WRITE_BOTH -> write(volume, 0, 2 * UNIT);
      case WRITE_ACROSS -> write(volume, 1000, 5000);
      case DISCARD -> {
        model.writing(0, new byte[2 * UNIT - 100]);
        volume.discard(0, 2 * UNIT - 100);
        model.settled();
      }
      case FLUSH -> {
        volume.flush();
        model.flushed();
      }
      case CUT -> {
        endCut();
        Shelf shelf = new Shelf(null);
        byte[] content = Bench.read(volume, 0, LOOKED_AT * UNIT);
        moment = new Moment(volume.cut(shelf), shelf, ByteBuffer.wrap(content));
      }
      case GROW -> {
        growing = true;
        volume.grow(sizeBytes + CHUNK);
        growing = false;
        sizeBytes += CHUNK;
      }
      case REOPEN -> {
        endCut();
        volume.close();
        model.flushed();
        return open(disk, cipher);
      }
    }
    return volume;
  }

  private void write(Volume volume, long offset, int length) throws IOException {
    byte[] content = UnitModel.content(random, length);
    model.writing(offset, content);
    Bench.write(volume, offset, content);
    model.settled();
  }

  /// Copies the last cut, whatever happened to the volume since, and looks at what came.
  private void endCut() throws IOException {
    Moment ended = moment;
    moment = null;
    if (ended == null) {
      return;
    }
    try (Cut cut = ended.cut()) {
      cut.copyRemaining(ProgressListener.SILENT);
      MemoryDisk other = new MemoryDisk();
      EpochTable epochs = EpochTable.parse(cut.epochTable());
      Bench.create(
          other,
          Bench.spec(cipher, cut.sizeBytes()).fromSnapshot("snap-1", epochs),
          Bench.TINY_JOURNAL);
      OpenOptions options = OpenOptions.writable().with(ended.shelf());
      try (Volume restored = Bench.open(other, cipher, options)) {
        assertThat(Bench.read(restored, 0, LOOKED_AT * UNIT))
            .as("the cut in %s of %s", workload, cipher)
            .isEqualTo(ended.content().array());
      }
    }
  }

  private void examine(CrashImage image) {
    for (List<Fate> state : states(image.doubts(), random, counts)) {
      counts.states++;
      try {
        examine(image, state);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(
            "%s after %s, with %s %s".formatted(cipher, workload, image.doubts(), state), e);
      }
    }
  }

  private void examine(CrashImage image, List<Fate> state) throws IOException {
    MemoryDisk left = image.after(state);
    Optional<WitnessedRoots> witnessed = Bench.witness(disk).recall();
    if (witnessed.isPresent()) {
      Bench.witness(left).record(witnessed.get());
    }
    Set<Long> torn = torn(image.doubts(), state);
    boolean goesOn = workload.size() < 3 || SOAK > 1 || counts.states % READ_ONLY_STATES == 0;
    try (Volume volume =
        goesOn ? open(left, cipher) : Bench.open(left, cipher, OpenOptions.forReading())) {
      assertThat(volume.sizeBytes()).isIn(sizeBytes, growing ? sizeBytes + CHUNK : sizeBytes);
      byte[] found = Bench.read(volume, 0, LOOKED_AT * UNIT);
      for (int unit = 0; unit < LOOKED_AT; unit++) {
        byte[] content = Arrays.copyOfRange(found, unit * UNIT, (unit + 1) * UNIT);
        if (!torn.contains((long) unit)) {
          assertThat(model.mayHold(unit, content)).as("unit %d is old or new", unit).isTrue();
        }
      }
      assertThat(Bench.read(volume, volume.sizeBytes() - UNIT, UNIT)).containsOnly(0);
      if (goesOn) {
        // Closing it flushes.
        Bench.write(volume, UNIT, UnitModel.content(random, UNIT));
      }
    }
  }

  /// Units that may hold anything: an XTS or a plain volume is as atomic as its medium.
  private Set<Long> torn(List<Doubt> doubts, List<Fate> state) {
    Set<Long> torn = new HashSet<>();
    for (int i = 0; i < state.size() && !cipher.tagged(); i++) {
      boolean tears = state.get(i) == Fate.TORN || state.get(i) == Fate.TORN_OTHERWISE;
      if (tears && doubts.get(i).file() == VolumeFile.VOLUME) {
        torn.add((doubts.get(i).offset() - Geometry.DATA_START) / UNIT);
      }
    }
    return torn;
  }

  private static Volume open(MemoryDisk disk, CipherSpec cipher) throws IOException {
    return Bench.open(disk, cipher, Bench.TINY_JOURNAL);
  }

  /// The states of a moment that are tried.
  private static Iterable<List<Fate>> states(List<Doubt> doubts, Random random, Counts counts) {
    counts.moments++;
    long all = 1;
    for (Doubt doubt : doubts) {
      all = Math.min(all * doubt.fates().size(), Long.MAX_VALUE / 8);
    }
    if (all <= MOST_STATES * SOAK) {
      counts.exhausted++;
      List<List<Fate>> states = List.of(List.of());
      for (Doubt doubt : doubts) {
        List<List<Fate>> longer = new ArrayList<>();
        for (List<Fate> state : states) {
          for (Fate fate : doubt.fates()) {
            List<Fate> next = new ArrayList<>(state);
            next.add(fate);
            longer.add(next);
          }
        }
        states = longer;
      }
      return states;
    }
    return some(doubts, random);
  }

  private static Set<List<Fate>> some(List<Doubt> doubts, Random random) {
    int count = doubts.size();
    Set<List<Fate>> states = new LinkedHashSet<>();
    for (Fate fate : Fate.values()) {
      states.add(possible(doubts, Collections.nCopies(count, fate)));
      for (int i = 0; i < count; i++) {
        List<Fate> single = new ArrayList<>(Collections.nCopies(count, Fate.KEPT));
        single.set(i, fate);
        states.add(possible(doubts, single));
      }
    }
    for (int i = 0; i < count; i++) {
      List<Fate> allButOne = new ArrayList<>(Collections.nCopies(count, Fate.LOST));
      allButOne.set(i, Fate.KEPT);
      states.add(allButOne);
      List<Fate> prefix = new ArrayList<>(Collections.nCopies(i, Fate.KEPT));
      prefix.addAll(Collections.nCopies(count - i, Fate.LOST));
      states.add(prefix);
      List<Fate> suffix = new ArrayList<>(Collections.nCopies(i, Fate.LOST));
      suffix.addAll(Collections.nCopies(count - i, Fate.KEPT));
      states.add(suffix);
    }
    for (int i = 0; i < DRAWN_STATES * SOAK; i++) {
      List<Fate> drawn = new ArrayList<>();
      for (Doubt doubt : doubts) {
        drawn.add(doubt.fates().get(random.nextInt(doubt.fates().size())));
      }
      states.add(drawn);
    }
    return states;
  }

  /// What cannot tear is lost instead.
  private static List<Fate> possible(List<Doubt> doubts, List<Fate> wanted) {
    List<Fate> fates = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Fate fate = wanted.get(i);
      fates.add(doubts.get(i).fates().contains(fate) ? fate : Fate.LOST);
    }
    return fates;
  }
}
