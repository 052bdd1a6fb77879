package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.UNIT;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static io.blockseal.snapshot.SnapshotLab.keyOf;
import static io.blockseal.snapshot.SnapshotLab.newKey;
import static io.blockseal.snapshot.SnapshotLab.wrapping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.blockseal.fault.Fault;
import io.blockseal.fault.FaultPlan;
import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.volume.cipher.GcmLedger;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The life of some snapshots over a chunk store and a metadata store whose calls go wrong as one
/// plan says.
///
/// What is asked of it: a snapshot that was reported complete is exact, then and after a restart,
/// and is found by nobody once it was reported deleted; one that failed is failed or gone; what was
/// not decided is either; once all goes well again exactly the chunks are stored that some snapshot
/// names, and none when all are deleted; the store takes and restores again. Where the chunk store
/// lies ([Fault#silent]), a snapshot is exact or says that it is not: reading it fails, and
/// verifying names the bad chunks. Confined to one thread.
final class FaultedSnapshots {
  private final Path root;
  private final CipherSpec cipher;
  private final Fault fault;
  private final FaultPlan plan = new FaultPlan();
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private final SnapshotLab lab;

  /// What must be there, and exactly so.
  private final Map<String, byte[]> complete = new HashMap<>();

  /// What may be there, exactly so, because a call about it failed.
  private final Map<String, byte[]> open = new HashMap<>();

  /// The data keys of the snapshots.
  private final Map<String, String> keys = new HashMap<>();

  private long hits;

  FaultedSnapshots(Path root, CipherSpec cipher, Fault fault, FaultPlan.Span span, long nth)
      throws IOException {
    this.root = Files.createDirectory(root);
    this.cipher = cipher;
    this.fault = fault;
    lab =
        SnapshotLab.open(
            root,
            new FaultyMetadataStore(new InMemoryMetadataStore(), plan),
            new FaultyChunkStore(disk, plan));
    plan.arm(fault, nth, span);
  }

  FaultPlan plan() {
    return plan;
  }

  boolean untouched() {
    return hits == 0;
  }

  void run() throws IOException {
    try (GcmLedger ledger = GcmLedger.open()) {
      try (Volume volume = lab.newVolume("vol-1", 2 * CHUNK, cipher)) {
        live(volume);
        hits = plan.hits();
        plan.disarm();
        afterwards(volume);
      }
      lab.close();
      assertThat(ledger.repeated()).as("promise 4").isEmpty();
    }
    try (var files = Files.walk(root)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(FaultedSnapshots::remove);
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void live(Volume volume) throws IOException {
    fill(volume, 0, CHUNK, 1);
    fill(volume, CHUNK, 3 * UNIT, 2);
    take("snap-1", volume);
    fill(volume, CHUNK, UNIT, 3);
    take("snap-2", volume);
    share("snap-1", "snap-3");
    reencrypt("snap-2", "snap-4");
    read("snap-2");
    verify("snap-1");
    delete("snap-1");
    fill(volume, 5 * UNIT, UNIT, 4);
    take("snap-5", volume);
    delete("snap-4");
  }

  private interface Work {
    SnapshotTask begin() throws IOException;
  }

  /// Waits for a task, so that the calls of a life come in one order.
  private void task(String id, String key, byte[] moment, Work work) {
    keys.put(id, key);
    try {
      SnapshotTask task = work.begin();
      task.completion().get(60, TimeUnit.SECONDS);
      complete.put(id, moment);
    } catch (ExecutionException e) {
      noticeable(Objects.requireNonNull(e.getCause()));
      open.put(id, moment);
    } catch (IOException | UncheckedIOException e) {
      noticeable(e);
      open.put(id, moment);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(id + " does not end", e);
    }
  }

  private void take(String id, Volume volume) throws IOException {
    task(id, "vol-1", content(volume), () -> lab.store().take(id, CutSource.of(volume)));
  }

  private void share(String source, String id) {
    byte[] moment = complete.get(source);
    if (moment != null) {
      task(id, "vol-1", moment, () -> lab.store().share(source, id, wrapping("vol-1")));
    }
  }

  private void reencrypt(String source, String id) {
    byte[] moment = complete.get(source);
    if (moment == null) {
      return;
    }
    try (SecretBytes from = keyOf("vol-1", cipher);
        SecretBytes to = keyOf("copy", cipher)) {
      SecretBytes target = Objects.requireNonNull(to);
      task(
          id,
          "copy",
          moment,
          () -> lab.store().reencrypt(source, from, id, newKey(cipher), target));
    }
  }

  private void read(String id) {
    byte[] moment = complete.get(id);
    if (moment == null) {
      return;
    }
    try {
      assertThat(lab.contentOf(id, "vol-1")).isEqualTo(moment);
    } catch (IOException | UncheckedIOException e) {
      noticeable(e);
    }
  }

  private void verify(String id) {
    if (!complete.containsKey(id)) {
      return;
    }
    try {
      assertThat(lab.store().verify(id, ProgressListener.SILENT).intact() || plan.hits() > 0)
          .isTrue();
    } catch (IOException | UncheckedIOException e) {
      noticeable(e);
    }
  }

  private void delete(String id) {
    byte[] moment = complete.remove(id);
    if (moment == null) {
      return;
    }
    try {
      lab.store().delete(id);
      keys.remove(id);
    } catch (IOException | UncheckedIOException e) {
      noticeable(e);
      open.put(id, moment);
    }
  }

  private void noticeable(Throwable e) {
    if (plan.hits() == 0) {
      throw new AssertionError("nothing went wrong that it could tell of", e);
    }
  }

  private void afterwards(Volume volume) throws IOException {
    check();
    lab.restart();
    for (InterruptedSnapshot interrupted : lab.store().interrupted()) {
      lab.store().delete(interrupted.snapshotId());
    }
    decide();
    checkChunks();
    if (!fault.silent()) {
      fill(volume, 0, UNIT, 9);
      take("snap-9", volume);
      decide();
    }
    for (String id : Set.copyOf(complete.keySet())) {
      lab.store().delete(id);
      complete.remove(id);
    }
    for (String id : Set.of("snap-1", "snap-2", "snap-3", "snap-4", "snap-5")) {
      lab.store().delete(id);
      assertThat(lab.store().state(id)).as(id).isEmpty();
    }
    lab.store().settle();
    if (!fault.silent()) {
      assertThat(disk.size()).as("chunks that nobody names").isZero();
    }
  }

  /// Looks at every snapshot; what was open is decided by a restart.
  private void decide() throws IOException {
    for (var entry : Map.copyOf(open).entrySet()) {
      String id = entry.getKey();
      if (lab.store().state(id).orElse(State.FAILED) == State.COMPLETED) {
        complete.put(id, entry.getValue());
        open.remove(id);
      }
    }
    check();
  }

  private void check() throws IOException {
    for (var entry : complete.entrySet()) {
      String id = entry.getKey();
      assertThat(lab.store().state(id)).as(id).contains(State.COMPLETED);
      check(id, entry.getValue());
    }
  }

  private void check(String id, byte[] moment) throws IOException {
    boolean whole = lab.store().verify(id, ProgressListener.SILENT).intact();
    try {
      assertThat(lab.contentOf(id, Objects.requireNonNull(keys.get(id)))).as(id).isEqualTo(moment);
      assertThat(whole).as("%s is whole", id).isTrue();
    } catch (IOException e) {
      if (!fault.silent() || hits == 0) {
        throw e;
      }
      assertThat(whole).as("%s is whole", id).isFalse();
    }
    if (!whole && !fault.silent()) {
      fail("%s is damaged", id);
    }
  }

  private void checkChunks() throws IOException {
    if (fault.silent()) {
      return;
    }
    lab.store().settle();
    Set<ChunkDigest> needed = new HashSet<>();
    for (String id : complete.keySet()) {
      try (Manifest manifest = lab.store().manifest(id).orElseThrow()) {
        for (long index = 0; index < manifest.entries(); index++) {
          needed.add(manifest.entry(index).digest());
        }
      }
    }
    Set<ChunkDigest> stored = new HashSet<>();
    disk.forEach(stored::add);
    assertThat(stored).as("chunks").isEqualTo(needed);
  }
}
