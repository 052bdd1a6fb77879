package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.meta.Batch;
import io.blockseal.meta.Entry;
import io.blockseal.meta.MetadataStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How many manifests refer to each chunk, and which chunks are garbage because none does.
///
/// | key | value |
/// |---|---|
/// | `snapshot-store/count/<digest>` | how many entries of manifests name the chunk, 8 bytes; never 0 |
/// | `snapshot-store/garbage/<digest>` | the snapshot that let go of it last |
/// | `snapshot-store/intent/<snapshot>` | which manifest of a snapshot is counted, and how far |
///
/// The entries of a manifest are counted in steps. Each step is one atomic commit, which changes
/// the counts and moves the *intent*: a direction and the number of entries that are counted.
/// Whoever finds an intent continues it, so a process that dies in the middle neither leaks a
/// reference nor drops one twice, and a step with an unknown outcome is repeated harmlessly. With
/// the intent goes the digest of the manifest: no other one is counted, nor taken back.
///
/// Thread-safe.
final class ChunkReferences {
  /// One commit: small enough for a batch of the metadata store, large enough that the sync of a
  /// commit does not matter.
  static final int ENTRIES_PER_STEP = 1000;

  private static final String COUNT = "snapshot-store/count/";
  private static final String GARBAGE = "snapshot-store/garbage/";
  private static final String INTENT = "snapshot-store/intent/";

  private final MetadataStore metadata;

  /// Held for one step, so that steps of this process do not undo each other's commits.
  private final ReentrantLock stepLock = new ReentrantLock();

  ChunkReferences(MetadataStore metadata) {
    this.metadata = metadata;
  }

  /// Which way the counting of a manifest goes.
  enum Direction {
    ADDING((byte) 0),
    REMOVING((byte) 1);

    private final byte code;

    Direction(byte code) {
      this.code = code;
    }

    private static Direction of(byte code) {
      for (Direction direction : values()) {
        if (direction.code == code) {
          return direction;
        }
      }
      throw new IllegalStateException("no direction of counting has the code " + code);
    }
  }

  /// How far a manifest is counted.
  ///
  /// @param counted how many of its entries, from the first one, are in the counts
  /// @param manifest the digest of the manifest; null if none was counted, or by a version that did
  ///   not record it
  record Intent(Direction direction, long counted, @Nullable ChunkDigest manifest) {
    private static final int SHORT_BYTES = 9;

    private static Intent decode(byte[] value) {
      ByteBuffer bytes = ByteBuffer.wrap(value);
      Direction direction = Direction.of(bytes.get());
      long counted = bytes.getLong();
      boolean recorded = bytes.hasRemaining();
      return new Intent(
          direction,
          counted,
          recorded ? ChunkDigest.read(MemorySegment.ofArray(value), SHORT_BYTES) : null);
    }

    private byte[] encode() {
      byte[] value =
          new byte[manifest == null ? SHORT_BYTES : SHORT_BYTES + ChunkDigest.LENGTH_BYTES];
      ByteBuffer.wrap(value).put(direction.code).putLong(counted);
      if (manifest != null) {
        manifest.write(MemorySegment.ofArray(value), SHORT_BYTES);
      }
      return value;
    }

    private Intent moved(Direction newDirection, long newCounted) {
      return new Intent(newDirection, newCounted, manifest);
    }
  }

  /// Counts every entry of the manifest of a snapshot. Repeating it does nothing.
  ///
  /// @throws IllegalStateException if the snapshot is being removed
  /// @throws ManifestFormatException if it is not the manifest whose counting was begun
  void add(String snapshotId, Manifest manifest) throws IOException {
    checkRecorded(snapshotId, manifest);
    ChunkDigest digest = recorded(snapshotId).orElseGet(manifest::digest);
    boolean more = true;
    while (more) {
      more = addStep(snapshotId, manifest, digest);
    }
  }

  /// Decides that the references of a snapshot go; durable on return.
  void beginRemoval(String snapshotId) {
    stepLock.lock();
    try {
      while (true) {
        Optional<byte[]> found = metadata.get(INTENT + snapshotId);
        Intent intent = found.map(Intent::decode).orElse(new Intent(Direction.REMOVING, 0, null));
        Intent removing = intent.moved(Direction.REMOVING, intent.counted());
        Batch batch =
            Batch.begin()
                .expect(INTENT + snapshotId, found)
                .put(INTENT + snapshotId, removing.encode());
        if (metadata.commit(batch)) {
          return;
        }
      }
    } finally {
      stepLock.unlock();
    }
  }

  /// Takes back what was counted of a manifest whose removal was begun. Chunks that nobody refers
  /// to any more become garbage. Repeating it does nothing.
  ///
  /// @throws ManifestFormatException if it is not the manifest that was counted
  void remove(String snapshotId, Manifest manifest) throws IOException {
    checkRecorded(snapshotId, manifest);
    boolean more = true;
    while (more) {
      more = removeStep(snapshotId, manifest);
    }
  }

  /// Ends a removal, after the manifest itself is gone.
  void forget(String snapshotId) {
    metadata.commit(Batch.begin().delete(INTENT + snapshotId));
  }

  Optional<Intent> intent(String snapshotId) {
    return metadata.get(INTENT + snapshotId).map(Intent::decode);
  }

  /// The digest of the manifest that is, or is being, counted for a snapshot.
  Optional<ChunkDigest> recorded(String snapshotId) {
    return intent(snapshotId).map(Intent::manifest);
  }

  /// Every snapshot whose references are in the counts, wholly or in part.
  Map<String, Intent> intents() {
    Map<String, Intent> intents = new HashMap<>();
    String after = null;
    List<Entry> page;
    do {
      page = metadata.scan(INTENT, after, ENTRIES_PER_STEP);
      for (Entry entry : page) {
        after = entry.key();
        intents.put(after.substring(INTENT.length()), Intent.decode(entry.value()));
      }
    } while (page.size() == ENTRIES_PER_STEP);
    return intents;
  }

  /// How many manifest entries name the chunk.
  long count(ChunkDigest digest) {
    return metadata.get(COUNT + digest.hex()).map(ChunkReferences::number).orElse(0L);
  }

  /// Declares those of `digests` garbage that no manifest refers to.
  ///
  /// @param snapshotId who stored them and gives them up
  void abandon(String snapshotId, List<ChunkDigest> digests) {
    if (digests.isEmpty()) {
      return;
    }
    stepLock.lock();
    try {
      boolean done = false;
      while (!done) {
        Batch batch = Batch.begin();
        for (ChunkDigest digest : digests) {
          if (metadata.get(COUNT + digest.hex()).isEmpty()) {
            batch.expectAbsent(COUNT + digest.hex());
            batch.put(GARBAGE + digest.hex(), snapshotId.getBytes(UTF_8));
          }
        }
        done = metadata.commit(batch);
      }
    } finally {
      stepLock.unlock();
    }
  }

  /// Hands every garbage chunk to `sweeper` and strikes off those that it deletes.
  void sweep(Sweeper sweeper) throws IOException {
    String after = null;
    List<Entry> page;
    do {
      page = metadata.scan(GARBAGE, after, ENTRIES_PER_STEP);
      for (Entry entry : page) {
        after = entry.key();
      }
      strikeOff(swept(page, sweeper));
    } while (page.size() == ENTRIES_PER_STEP);
  }

  /// Deletes a garbage chunk, if nobody is about to refer to it.
  interface Sweeper {
    /// @return whether the chunk is gone
    boolean delete(ChunkDigest digest) throws IOException;
  }

  private void checkRecorded(String snapshotId, Manifest manifest) throws ManifestFormatException {
    Optional<ChunkDigest> recorded = recorded(snapshotId);
    if (recorded.isPresent()) {
      manifest.check(recorded.get());
    }
  }

  private boolean addStep(String snapshotId, Manifest manifest, ChunkDigest digest)
      throws IOException {
    stepLock.lock();
    try {
      Optional<byte[]> found = metadata.get(INTENT + snapshotId);
      Intent intent = found.map(Intent::decode).orElse(new Intent(Direction.ADDING, 0, digest));
      if (intent.direction() != Direction.ADDING) {
        throw new IllegalStateException(
            "snapshot " + snapshotId + " is being removed, its references cannot be added");
      }
      long end = Math.min(manifest.entries(), intent.counted() + ENTRIES_PER_STEP);
      if (found.isPresent() && end == intent.counted()) {
        return false;
      }
      Batch batch =
          Batch.begin()
              .expect(INTENT + snapshotId, found)
              .put(INTENT + snapshotId, intent.moved(Direction.ADDING, end).encode());
      for (var each : entries(manifest, intent.counted(), end).entrySet()) {
        increase(batch, each.getKey(), each.getValue());
      }
      metadata.commit(batch);
      return true;
    } finally {
      stepLock.unlock();
    }
  }

  private boolean removeStep(String snapshotId, Manifest manifest) throws IOException {
    stepLock.lock();
    try {
      Optional<byte[]> found = metadata.get(INTENT + snapshotId);
      if (found.isEmpty()) {
        return false;
      }
      Intent intent = Intent.decode(found.get());
      if (intent.direction() != Direction.REMOVING) {
        throw new IllegalStateException("the removal of " + snapshotId + " was never begun");
      }
      if (intent.counted() == 0) {
        return false;
      }
      long begin = Math.max(0, intent.counted() - ENTRIES_PER_STEP);
      Batch batch =
          Batch.begin()
              .expect(INTENT + snapshotId, found)
              .put(INTENT + snapshotId, intent.moved(Direction.REMOVING, begin).encode());
      for (var each : entries(manifest, begin, intent.counted()).entrySet()) {
        decrease(batch, snapshotId, each.getKey(), each.getValue());
      }
      metadata.commit(batch);
      return true;
    } finally {
      stepLock.unlock();
    }
  }

  private void increase(Batch batch, ChunkDigest digest, long by) {
    String key = COUNT + digest.hex();
    Optional<byte[]> found = metadata.get(key);
    batch.expect(key, found);
    batch.put(key, bytes(found.map(ChunkReferences::number).orElse(0L) + by));
    if (found.isEmpty()) {
      String garbage = GARBAGE + digest.hex();
      metadata.get(garbage).ifPresent(value -> batch.expect(garbage, value).delete(garbage));
    }
  }

  private void decrease(Batch batch, String snapshotId, ChunkDigest digest, long by) {
    String key = COUNT + digest.hex();
    Optional<byte[]> found = metadata.get(key);
    long left = found.map(ChunkReferences::number).orElse(0L) - by;
    if (left < 0) {
      throw new IllegalStateException(
          "snapshot %s lets go of chunk %s %d times more often than it is referred to"
              .formatted(snapshotId, digest, -left));
    }
    batch.expect(key, found);
    if (left > 0) {
      batch.put(key, bytes(left));
      return;
    }
    batch.delete(key);
    batch.put(GARBAGE + digest.hex(), snapshotId.getBytes(UTF_8));
  }

  private static Map<ChunkDigest, Long> entries(Manifest manifest, long begin, long end)
      throws IOException {
    Map<ChunkDigest, Long> references = new HashMap<>();
    for (long index = begin; index < end; index++) {
      references.merge(manifest.entry(index).digest(), 1L, Long::sum);
    }
    return references;
  }

  private static List<Entry> swept(List<Entry> garbage, Sweeper sweeper) throws IOException {
    List<Entry> swept = new ArrayList<>();
    for (Entry entry : garbage) {
      if (sweeper.delete(ChunkDigest.parse(entry.key().substring(GARBAGE.length())))) {
        swept.add(entry);
      }
    }
    return swept;
  }

  /// A chunk may have become garbage anew since it was swept; then its value is another one and its
  /// key stays.
  private void strikeOff(List<Entry> swept) {
    if (swept.isEmpty()) {
      return;
    }
    Batch all = Batch.begin();
    swept.forEach(entry -> all.expect(entry.key(), entry.value()).delete(entry.key()));
    if (metadata.commit(all)) {
      return;
    }
    for (Entry entry : swept) {
      metadata.commit(Batch.begin().expect(entry.key(), entry.value()).delete(entry.key()));
    }
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }
}
