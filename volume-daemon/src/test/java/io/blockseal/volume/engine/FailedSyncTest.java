package io.blockseal.volume.engine;

import static io.blockseal.volume.engine.Bench.CHUNK;
import static io.blockseal.volume.engine.Bench.UNIT;
import static io.blockseal.volume.engine.Bench.bytes;
import static io.blockseal.volume.engine.Bench.read;
import static io.blockseal.volume.engine.Bench.write;
import static io.blockseal.volume.engine.WatchedStores.SIZE;
import static io.blockseal.volume.engine.WatchedStores.open;
import static io.blockseal.volume.engine.WatchedStores.openOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.WatchedStores.Around;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.HeaderCopy;
import io.blockseal.volume.store.MemoryDisk;
import io.blockseal.volume.store.VolumeFile;
import io.blockseal.volume.store.VolumeFiles;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a volume keeps of its promises after a sync that failed and left its pages in the cache,
/// clean, as ext4 and xfs do: the next opening on the same boot finds there what is not on the
/// disk, and no later sync writes it unless somebody writes it anew.
final class FailedSyncTest {
  /// The sync of the hydration map fails, and the volume is opened again on the same boot.
  @Test
  void aFailedSyncOfTheHydrationMapDoesNotMakeALaterFlushALie() throws IOException {
    CipherSpec cipher = CipherSpec.NONE;
    long size = 20L << 30; // so that the two bitmaps do not share a page of the cache
    Shelf shelf = new Shelf(null);
    MemoryDisk origin = Bench.created(cipher, SIZE);
    byte[] content = bytes(1, CHUNK);
    try (Volume volume = Bench.open(origin, cipher);
        Cut cut = volume.cut(shelf)) {
      write(volume, 0, bytes(9, 1));
      cut.copyRemaining(ProgressListener.SILENT);
    }
    MemoryDisk disk = new MemoryDisk(UNIT);
    Bench.create(
        disk,
        Bench.spec(cipher, size).fromSnapshot("snap-1", EpochTable.empty()),
        Bench.TINY_JOURNAL);
    AtomicInteger bitmapWrites = new AtomicInteger();
    Around counting =
        (file, method, arguments, call) -> {
          if (file == VolumeFile.HYDRATION && !method.equals("read") && arguments != null) {
            if (arguments[0] instanceof Long offset) {
              long page = offset / UNIT;
              boolean whole = method.equals("write") && page == 1;
              boolean hole = method.equals("punchHole") && page <= 1;
              bitmapWrites.addAndGet(whole || hole ? 1 : 0);
            }
          }
          return call.go();
        };
    OpenOptions options = OpenOptions.writable().with(shelf);
    Volume first = open(disk, cipher, options, counting);
    assertThat(read(first, 0, 1)).isNotNull();
    byte[] durableBlock = new byte[512];
    disk.file(VolumeFile.HYDRATION).read(4096, durableBlock);
    disk.faults()
        .arm(
            Fault.EIO,
            1,
            FaultPlan.Span.ONCE,
            call -> call.is("sync") && call.store().equals("HYDRATION"));
    assertThatThrownBy(first::flush).isInstanceOf(IOException.class);
    disk.faults().disarm();
    assertThatThrownBy(first::close).isInstanceOf(IOException.class);

    bitmapWrites.set(0);
    Volume second = open(disk, cipher, options, counting);
    write(second, 0, content);
    second.flush();
    disk.kill();
    disk.losePower(new Random(1));
    if (bitmapWrites.get() == 0) {
      // Nobody made the page dirty again, so no later sync has written it.
      disk.file(VolumeFile.HYDRATION).write(4096, durableBlock);
    }
    try (Volume third = Bench.open(disk, cipher, options)) {
      assertThat(Arrays.equals(read(third, 0, CHUNK), content))
          .describedAs("what was written and flushed is there")
          .isTrue();
    }
  }

  /// The sync of the second header copy fails; the volume is opened again on the same boot, where
  /// both copies look alike, and grows once more.
  @Test
  void aFailedSyncOfTheSecondHeaderCopyDoesNotLeaveAnOlderHeaderBehind() throws IOException {
    CipherSpec cipher = CipherSpec.NONE;
    MemoryDisk disk = new MemoryDisk(UNIT);
    Bench.create(disk, Bench.spec(cipher, SIZE));
    AtomicInteger headerWrites = new AtomicInteger();
    AtomicInteger copyBWrites = new AtomicInteger();
    AtomicInteger syncFailsAfter = new AtomicInteger(-1);
    AtomicBoolean powerGoes = new AtomicBoolean();
    Around watching =
        (file, method, arguments, call) -> {
          if (file == VolumeFile.VOLUME && method.equals("write")) {
            long offset = (Long) arguments[0];
            if (powerGoes.get() && offset < Geometry.DATA_START) {
              // Torn: neither old nor new.
              disk.file(VolumeFile.VOLUME).write(offset + 600, new byte[] {0x7f});
              throw new IOException("the power is gone");
            }
            headerWrites.addAndGet(offset == 0 || offset == HeaderCopy.B.offset() ? 1 : 0);
            copyBWrites.addAndGet(offset == HeaderCopy.B.offset() ? 1 : 0);
          }
          if (file == VolumeFile.VOLUME
              && method.equals("sync")
              && headerWrites.get() == syncFailsAfter.get()) {
            throw new IOException("sync: Input/output error");
          }
          return call.go();
        };
    byte[] oldCopyB = new byte[UNIT];
    disk.file(VolumeFile.VOLUME).read(HeaderCopy.B.offset(), oldCopyB);
    Volume first = open(disk, cipher, OpenOptions.writable(), watching);
    headerWrites.set(0);
    syncFailsAfter.set(2); // behind the write of copy B
    assertThatThrownBy(() -> first.grow(SIZE + CHUNK)).isInstanceOf(IOException.class);
    syncFailsAfter.set(-1);
    assertThatThrownBy(first::close).isInstanceOf(IOException.class);

    copyBWrites.set(0);
    Volume second = open(disk, cipher, OpenOptions.writable(), watching);
    assertThat(second.sizeBytes()).isEqualTo(SIZE + CHUNK);
    write(second, SIZE, bytes(3, UNIT));
    second.flush();
    powerGoes.set(true);
    assertThatThrownBy(() -> second.grow(SIZE + 2 * CHUNK)).isInstanceOf(IOException.class);
    disk.kill();
    disk.losePower(new Random(1));
    if (copyBWrites.get() == 0) {
      // Nobody made the page dirty again, so no later sync has written it.
      disk.file(VolumeFile.VOLUME).write(HeaderCopy.B.offset(), oldCopyB);
    }
    try (Volume third = Bench.open(disk, cipher)) {
      assertThat(third.sizeBytes()).isGreaterThanOrEqualTo(SIZE + CHUNK);
      assertThat(read(third, SIZE, UNIT)).isEqualTo(bytes(3, UNIT));
    }
  }

  /// As above, where the header two versions back names a tree that is overwritten.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFailedSyncOfTheSecondHeaderCopyDoesNotLoseTheTagTree(boolean witnessed) throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    MemoryDisk disk = new MemoryDisk(UNIT);
    Bench.create(disk, Bench.spec(cipher, SIZE));
    AtomicInteger headerWrites = new AtomicInteger();
    AtomicInteger copyBWrites = new AtomicInteger();
    AtomicInteger syncFailsAfter = new AtomicInteger(-1);
    AtomicBoolean powerGoes = new AtomicBoolean();
    Around watching =
        (file, method, arguments, call) -> {
          if (file == VolumeFile.VOLUME && method.equals("write")) {
            long offset = (Long) arguments[0];
            boolean header = offset == 0 || offset == HeaderCopy.B.offset();
            if (powerGoes.get() && header) {
              // Torn: neither old nor new.
              disk.file(VolumeFile.VOLUME).write(offset + 600, new byte[] {0x7f});
              throw new IOException("the power is gone");
            }
            headerWrites.addAndGet(header ? 1 : 0);
            copyBWrites.addAndGet(offset == HeaderCopy.B.offset() ? 1 : 0);
          }
          if (file == VolumeFile.VOLUME
              && method.equals("sync")
              && headerWrites.get() == syncFailsAfter.get()) {
            throw new IOException("sync: Input/output error");
          }
          return call.go();
        };
    try (Volume volume = Bench.open(disk, cipher)) {
      write(volume, 0, bytes(1, UNIT));
    }
    byte[] oldCopyB = new byte[UNIT];
    disk.file(VolumeFile.VOLUME).read(HeaderCopy.B.offset(), oldCopyB);
    Volume first = open(disk, cipher, OpenOptions.writable(), watching);
    write(first, CHUNK, bytes(2, UNIT));
    first.flush();
    headerWrites.set(0);
    syncFailsAfter.set(2); // behind the write of copy B
    assertThatThrownBy(first::close).isInstanceOf(IOException.class);
    syncFailsAfter.set(-1);

    copyBWrites.set(0);
    Volume second = open(disk, cipher, OpenOptions.writable(), watching);
    assertThat(read(second, CHUNK, UNIT)).isEqualTo(bytes(2, UNIT));
    write(second, 2 * CHUNK, bytes(3, UNIT));
    second.flush();
    powerGoes.set(true);
    assertThatThrownBy(second::close).isInstanceOf(IOException.class);
    disk.kill();
    disk.losePower(new Random(1));
    if (copyBWrites.get() == 0) {
      // Nobody made the page dirty again, so no later sync has written it.
      disk.file(VolumeFile.VOLUME).write(HeaderCopy.B.offset(), oldCopyB);
    }
    if (!witnessed) {
      Bench.witness(disk).forget();
    }
    try (Volume third = Bench.open(disk, cipher)) {
      assertThat(Arrays.equals(read(third, 0, UNIT), bytes(1, UNIT))).isTrue();
      assertThat(Arrays.equals(read(third, CHUNK, UNIT), bytes(2, UNIT))).isTrue();
      assertThat(Arrays.equals(read(third, 2 * CHUNK, UNIT), bytes(3, UNIT))).isTrue();
    }
  }

  /// The sync of an emptied segment's head fails; the volume is opened again on the same boot, and
  /// the power goes between the two heads that the opening writes.
  @Test
  void aFailedSyncOfASegmentHeadDoesNotMakeTheVolumeUnopenable() throws IOException {
    CipherSpec cipher = CipherSpec.AES_256_GCM;
    MemoryDisk disk = Bench.created(cipher, SIZE);
    int half = Bench.SMALL_JOURNAL.journalBytes() / 2;
    AtomicInteger retired = new AtomicInteger(-1);
    AtomicBoolean armed = new AtomicBoolean();
    AtomicBoolean powerGoes = new AtomicBoolean();
    AtomicInteger heads = new AtomicInteger();
    byte[] oldHead = new byte[4096];
    Around watching =
        (file, method, arguments, call) -> {
          if (file == VolumeFile.JOURNAL && method.equals("write")) {
            long offset = (Long) arguments[0];
            boolean head = offset % half == 0;
            if (head && armed.get() && retired.get() < 0) {
              disk.file(VolumeFile.JOURNAL).read(offset, oldHead);
              retired.set((int) (offset / half));
            }
            if (head && powerGoes.get() && heads.incrementAndGet() == 2) {
              throw new IOException("the power is gone");
            }
          }
          if (file == VolumeFile.JOURNAL
              && method.equals("sync")
              && retired.get() >= 0
              && armed.compareAndSet(true, false)) {
            throw new IOException("sync: Input/output error");
          }
          return call.go();
        };
    Volume first = open(disk, cipher, OpenOptions.writable(), watching);
    write(first, 0, bytes(1, UNIT));
    first.flush();
    armed.set(true);
    assertThatThrownBy(
            () -> {
              for (int i = 1; i < 200; i++) {
                write(first, (long) i * UNIT, bytes(i, UNIT));
              }
            })
        .isInstanceOf(IOException.class);
    assertThatThrownBy(first::close).isInstanceOf(IOException.class);

    powerGoes.set(true);
    assertThatThrownBy(() -> open(disk, cipher, OpenOptions.writable(), watching))
        .isInstanceOf(IOException.class);
    disk.kill();
    disk.losePower(new Random(1));
    // Nobody made the page of this head dirty again, so no later sync has written it.
    disk.file(VolumeFile.JOURNAL).write((long) retired.get() * half, oldHead);
    try (Volume third = Bench.open(disk, cipher)) {
      assertThat(Arrays.equals(read(third, 0, UNIT), bytes(1, UNIT))).isTrue();
    }
  }

  /// The note of changed chunks is removed, but not durably; the next opening finds nothing to
  /// remove.
  @Test
  void aNoteWhoseRemovalWasNotSyncedIsNotBelievedAfterTheNextOpening() throws IOException {
    CipherSpec cipher = CipherSpec.NONE;
    MemoryDisk disk = Bench.created(cipher, SIZE);
    Shelf shelf = new Shelf(null);
    try (Volume volume = Bench.open(disk, cipher);
        Cut cut = volume.cut(shelf)) {
      cut.copyRemaining(ProgressListener.SILENT);
      cut.confirm("snap-1");
    }
    byte[] note = disk.file(VolumeFile.CHANGED).bytes();
    AtomicBoolean namesSynced = new AtomicBoolean();
    AtomicBoolean failing = new AtomicBoolean(true);
    assertThatThrownBy(() -> openOn(names(disk, namesSynced, failing), cipher))
        .hasMessageContaining("Too many open files");
    failing.set(false);
    Volume second = openOn(names(disk, namesSynced, failing), cipher);
    write(second, 0, bytes(1, UNIT));
    second.flush();
    disk.kill();
    disk.losePower(new Random(1));
    if (!namesSynced.get()) {
      try (VolumeFiles files = disk.mount()) {
        files.replace(VolumeFile.CHANGED, note);
      }
    }
    try (Volume third = Bench.open(disk, cipher);
        Cut cut = third.cut(new Shelf(shelf))) {
      assertThat(Arrays.equals(read(third, 0, UNIT), bytes(1, UNIT))).isTrue();
      assertThat("snap-1".equals(cut.parent()) && !cut.changed().contains(0))
          .describedAs("chunk 0, which was written and flushed, counts as unchanged since snap-1")
          .isFalse();
    }
  }

  /// The next opening may find less than what was to be copied still.
  @Test
  void aCutOfAVolumeWhoseSyncFailedIsNotTakenUpAgain() throws IOException {
    MemoryDisk disk = Bench.created(CipherSpec.AES_256_XTS, SIZE);
    Volume volume = Bench.open(disk, CipherSpec.AES_256_XTS);
    write(volume, 0, bytes(1, UNIT));
    try (Cut cut = volume.cut(new Shelf(null))) {
      disk.faults().arm(Fault.PHANTOM_SYNC, 1, FaultPlan.Span.ONCE, call -> call.is("sync"));
      assertThatThrownBy(volume::flush).isInstanceOf(IOException.class);
      disk.faults().disarm();
      assertThatThrownBy(volume::close).isInstanceOf(ReadOnlyVolumeException.class);
      assertThat(cut.resumable()).isFalse();
    }
    Volume again = Bench.open(disk, CipherSpec.AES_256_XTS);
    try (Cut healthy = again.cut(new Shelf(null))) {
      again.close();
      assertThat(healthy.resumable()).isTrue();
    }
  }

  /// A disk whose names are synced apart, by every deletion, whether or not there was a file.
  private static VolumeFiles names(
      MemoryDisk disk, AtomicBoolean namesSynced, AtomicBoolean failing) throws IOException {
    VolumeFiles files = disk.mount();
    return (VolumeFiles)
        Proxy.newProxyInstance(
            WatchedStores.class.getClassLoader(),
            new Class<?>[] {VolumeFiles.class},
            (_, method, arguments) -> {
              Object answer;
              try {
                answer = method.invoke(files, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (List.of("delete", "syncNames").contains(method.getName())) {
                if (failing.get()) {
                  throw new IOException("open directory: Too many open files");
                }
                namesSynced.set(true);
              }
              return answer;
            });
  }
}
