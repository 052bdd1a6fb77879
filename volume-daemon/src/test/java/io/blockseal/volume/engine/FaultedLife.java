package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.volume.cipher.GcmLedger;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.FormatException;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The life of one volume on a disk whose calls go wrong as a plan says, held against a model after
/// every step and after its end. Confined to one thread.
///
/// What is asked of it, by the promises of a volume: (1) what was flushed is there; (2) a unit is
/// old or new; (3) a cut that ended well is exact; (4) no key and nonce repeat; (5) nothing is
/// stored in the clear; (6) after a flush that failed the volume is read-only and says so. A store
/// that lies ([Fault#silent]) may make a unit of a GCM volume unreadable, or take it back to
/// something that it held before; of an XTS or a plain volume the units where the lie lies may hold
/// anything, and all others are right.
final class FaultedLife {
  /// Stands in everything that is written, and never in a file of an encrypted volume.
  private static final String MARK = "in the clear ";

  private static final int SIZE = 2 * CHUNK + 8 * UNIT;
  private static final int GROWN = 3 * CHUNK;

  /// Where the units are that anything happens to.
  private static final int[] TOUCHED = {0, 120, 374};

  private static final int TOUCHED_UNITS = 26;

  private final CipherSpec cipher;
  private final Fault fault;
  private final FaultPlan plan = new FaultPlan();
  private final MemoryDisk disk;
  private final FaultedUnits units;

  private final List<Kept> kept = new ArrayList<>();
  private final long nth;

  /// Where the volume's first chunks come from; null if it begins empty.
  private final @Nullable Origin origin;

  private final FaultPlan.Span span;

  private @Nullable Volume volume;
  private long sizeBytes = SIZE;
  private long noticed;

  /// Whether something may be gone since the units were looked at.
  private boolean lost;

  private boolean growing;
  private boolean refused;
  private int writes;

  /// A snapshot that volumes are made of.
  record Origin(Shelf shelf, EpochTable epochs, ByteBuffer content) {
    /// A snapshot of a volume of this cipher, with some units written.
    static Origin of(CipherSpec cipher) throws IOException {
      try (Volume volume = Bench.open(Bench.created(cipher, SIZE), cipher)) {
        Bench.write(volume, 0, marked(2 * UNIT, 0));
        Bench.write(volume, CHUNK + UNIT, marked(9 * UNIT, 0));
        byte[] content = Bench.read(volume, 0, SIZE);
        Shelf shelf = new Shelf(null);
        try (Cut cut = volume.cut(shelf)) {
          cut.copyRemaining(ProgressListener.SILENT);
          return new Origin(shelf, EpochTable.parse(cut.epochTable()), ByteBuffer.wrap(content));
        }
      }
    }
  }

  /// A cut that ended well.
  private record Kept(Shelf shelf, EpochTable epochs, long sizeBytes, ByteBuffer moment) {}

  FaultedLife(
      CipherSpec cipher, Fault fault, FaultPlan.Span span, long nth, @Nullable Origin origin) {
    this.cipher = cipher;
    this.fault = fault;
    this.nth = nth;
    this.origin = origin;
    this.span = span;
    units = new FaultedUnits(cipher, fault);
    disk = new MemoryDisk(cipher.tagged() ? MemoryDisk.SECTOR_BYTES : UNIT, plan);
    plan.arm(fault, nth, span);
  }

  FaultPlan plan() {
    return plan;
  }

  /// Whether the volume was refused, as one that a lying store has damaged may be.
  boolean refused() {
    return refused;
  }

  void run() throws IOException {
    try (GcmLedger ledger = GcmLedger.open()) {
      if (create()) {
        live();
        crash();
      }
      assertThat(ledger.repeated()).as("promise 4").isEmpty();
      assertThat(cipher.encrypted() && disk.holds(MARK.getBytes(US_ASCII)))
          .as("promise 5")
          .isFalse();
    }
  }

  private void live() throws IOException {
    write(0, UNIT);
    write(10 * UNIT, 12 * UNIT);
    write(unaligned(3000), unaligned(6000));
    write(CHUNK - UNIT - unaligned(100), 2 * UNIT);
    flush();
    write(0, UNIT);
    write(11 * UNIT, 2 * UNIT);
    discard(12 * UNIT + unaligned(5), 3 * UNIT);
    discard(CHUNK, UNIT);
    write(100 * UNIT + unaligned(1000), 40 * UNIT);
    flush();
    discard(100 * UNIT + unaligned(1000), 40 * UNIT);
    cut();
    for (int i = 0; i < 12; i++) {
      write((long) (i % 5) * UNIT, UNIT);
    }
    flush();
    grow();
    write(GROWN - 4 * UNIT, 2 * UNIT);
    hydrate();
    flush();
    close();
    write(20 * UNIT, UNIT);
    flush();
    discard(0, UNIT);
    write(11 * UNIT, 3 * UNIT);
  }

  /// A place or a length that is no whole unit, but where a lying store would let the rest of the
  /// unit be taken for something that it never held.
  private int unaligned(int bytes) {
    return fault.silent() ? bytes / UNIT * UNIT + UNIT : bytes;
  }

  private boolean create() throws IOException {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        VolumeSpec spec = Bench.spec(cipher, SIZE);
        Bench.create(
            disk,
            origin == null ? spec : spec.fromSnapshot("snap-1", origin.epochs()),
            Bench.TINY_JOURNAL);
        if (origin != null) {
          units.writing(0, origin.content().array());
          units.settled();
          units.flushed();
        }
        return true;
      } catch (IOException e) {
        // As Volume.create does it: nothing is left.
        for (VolumeFile file : VolumeFile.values()) {
          disk.remove(file);
        }
      }
    }
    return false;
  }

  private void write(long offset, int length) throws IOException {
    byte[] content = content(length);
    change(offset, content, open -> Bench.write(open, offset, content));
  }

  private void discard(long offset, int length) throws IOException {
    change(offset, new byte[length], open -> open.discard(offset, length));
  }

  private interface Step {
    void take(Volume open) throws IOException;
  }

  private void change(long offset, byte[] content, Step step) throws IOException {
    Volume open = usable();
    if (open == null || offset + content.length > sizeBytes) {
      return;
    }
    units.writing(offset, content);
    try {
      step.take(open);
      units.settled();
    } catch (IOException e) {
      units.failed();
      noticeable(e);
    }
    look();
  }

  private void flush() throws IOException {
    Volume open = usable();
    if (open == null) {
      return;
    }
    try {
      open.flush();
      flushed();
    } catch (IOException e) {
      noticeable(e);
      assertThat(open.readOnly()).as("promise 6").isTrue();
      plan.aside(
          () ->
              assertThatThrownBy(() -> open.write(0, ByteBuffer.allocate(UNIT)))
                  .isInstanceOf(ReadOnlyVolumeException.class));
      plan.aside(() -> assertThatThrownBy(open::flush).isInstanceOf(ReadOnlyVolumeException.class));
    }
    look();
  }

  private void flushed() {
    units.flushed();
    growing &= sizeBytes != GROWN;
  }

  private void cut() throws IOException {
    Volume open = usable();
    if (open == null) {
      return;
    }
    Shelf shelf = new Shelf(shelf());
    byte[] moment = fault.silent() ? new byte[0] : plan.aside(() -> Bench.read(open, 0, size()));
    try (Cut cut = open.cut(shelf)) {
      write(0, UNIT);
      write(CHUNK, 2 * UNIT);
      cut.copyRemaining(ProgressListener.SILENT);
      kept.add(
          new Kept(
              shelf, EpochTable.parse(cut.epochTable()), cut.sizeBytes(), ByteBuffer.wrap(moment)));
    } catch (IOException e) {
      noticeable(e);
    }
    look();
  }

  private void grow() throws IOException {
    Volume open = usable();
    if (open == null) {
      return;
    }
    growing = true;
    try {
      open.grow(GROWN);
      sizeBytes = GROWN;
      growing = false;
    } catch (IOException e) {
      noticeable(e);
      assertThat(open.sizeBytes()).isEqualTo(sizeBytes);
    }
    look();
  }

  private void hydrate() throws IOException {
    Volume open = usable();
    if (open == null) {
      return;
    }
    try {
      open.hydrateAll(ProgressListener.SILENT);
    } catch (IOException e) {
      noticeable(e);
    }
    look();
  }

  private void close() throws IOException {
    Volume open = usable();
    if (open == null) {
      return;
    }
    volume = null;
    try {
      open.close();
      flushed();
    } catch (IOException e) {
      noticeable(e);
    }
  }

  private @Nullable Shelf shelf() {
    return origin == null ? null : origin.shelf();
  }

  /// The volume, open for writing; null if that cannot be had.
  private @Nullable Volume usable() throws IOException {
    Volume open = volume;
    if (open != null && !open.readOnly()) {
      return open;
    }
    if (open != null) {
      // What a flush failed to make durable may be gone, though the process lives.
      lost = true;
      volume = null;
      assertThatThrownBy(open::close).isInstanceOf(ReadOnlyVolumeException.class);
    }
    if (refused) {
      return null;
    }
    for (int attempt = 0; volume == null && attempt < 2; attempt++) {
      try {
        volume = open();
      } catch (IOException e) {
        if (e instanceof FormatException && !fault.silent()) {
          throw e;
        }
        noticeable(e);
        if (fault.silent()) {
          refused = true;
          return null;
        }
      }
    }
    if (volume != null) {
      lookAtAll(volume);
      units.openedAnew();
    } else {
      assertThat(span).as("it does not open again").isEqualTo(FaultPlan.Span.ONWARDS);
    }
    return volume;
  }

  private Volume open() throws IOException {
    try (var key = Bench.keyFor(cipher)) {
      return VolumeOpening.open(
          disk.mount(),
          key,
          OpenOptions.writable().with(shelf()).witnessedBy(Bench.witness(disk)),
          new java.security.SecureRandom(),
          Bench.TINY_JOURNAL);
    }
  }

  /// Nobody may be told of a failure that there was none of.
  private void noticeable(IOException e) {
    if (plan.hits() == 0 || (fault.silent() && !cipher.tagged())) {
      throw new AssertionError("nothing went wrong that it could tell of", e);
    }
    lost |= fault.failsSync();
  }

  /// Holds the volume against the model if something went wrong since the last time.
  private void look() throws IOException {
    if (plan.hits() == noticed) {
      return;
    }
    noticed = plan.hits();
    lost |= fault.failsSync();
    units.strike(plan.takeStruck());
    if (usable() == volume && volume != null) {
      lookAtAll(volume);
    }
  }

  private void lookAtAll(Volume open) throws IOException {
    units.strike(plan.takeStruck());
    long found = open.sizeBytes();
    assertThat(found).isIn(sizeBytes, growing ? SIZE : sizeBytes, growing ? GROWN : sizeBytes);
    sizeBytes = found;
    plan.aside(
        () -> {
          if (fault.silent()) {
            look(open, 0, size() / UNIT);
            return true;
          }
          for (int start : TOUCHED) {
            look(open, start, Math.clamp(size() / UNIT, start, start + TOUCHED_UNITS));
          }
          return true;
        });
    units.observedAll();
    lost = false;
  }

  private void look(Volume open, int first, int end) throws IOException {
    if (first == end) {
      return;
    }
    byte[] all = allOf(open, first, end);
    for (int unit = first; unit < end; unit++) {
      if (all.length > 0) {
        int at = (unit - first) * UNIT;
        units.observe(unit, Arrays.copyOfRange(all, at, at + UNIT), lost);
      } else {
        observeAlone(open, unit);
      }
    }
  }

  /// Everything at once; nothing if something is unreadable.
  private byte[] allOf(Volume open, int first, int end) throws IOException {
    try {
      return Bench.read(open, (long) first * UNIT, (end - first) * UNIT);
    } catch (UnreadableUnitException e) {
      if (fault.silent()) {
        return new byte[0];
      }
      throw e;
    }
  }

  private void observeAlone(Volume open, long unit) throws IOException {
    try {
      units.observe(unit, Bench.read(open, unit * UNIT, UNIT), lost);
    } catch (UnreadableUnitException e) {
      assertThat(cipher.tagged()).isTrue();
    }
  }

  /// The process dies, then the machine; in the end somebody goes on with the volume.
  private void crash() throws IOException {
    plan.disarm();
    lost |= fault.failsSync() && plan.hits() > 0;
    disk.kill();
    volume = null;
    if (refused) {
      return;
    }
    if (origin == null && !fault.silent()) {
      try (Volume reading = Bench.open(disk, cipher, OpenOptions.forReading())) {
        lookAtAll(reading);
      }
    }
    disk.losePower(new Random(nth));
    lost = true;
    if (usable() == null) {
      return;
    }
    units.flushed();
    write(5 * UNIT, UNIT);
    flush();
    close();
    Volume again = usable();
    if (again != null) {
      again.close();
    }
    if (!fault.silent()) {
      for (Kept each : kept) {
        assertThat(contentOf(each)).as("promise 3").isEqualTo(each.moment().array());
      }
    }
  }

  private byte[] contentOf(Kept cut) throws IOException {
    MemoryDisk other = new MemoryDisk();
    Bench.create(other, Bench.spec(cipher, cut.sizeBytes()).fromSnapshot("snap-2", cut.epochs()));
    try (Volume restored = Bench.open(other, cipher, OpenOptions.writable().with(cut.shelf()))) {
      return Bench.read(restored, 0, (int) cut.sizeBytes());
    }
  }

  private int size() {
    return (int) sizeBytes;
  }

  private byte[] content(int length) {
    return marked(length, ++writes);
  }

  private static byte[] marked(int length, int stamp) {
    byte[] text = "%s%03d".formatted(MARK, stamp % 1000).getBytes(US_ASCII);
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = text[i % text.length];
    }
    return content;
  }
}
