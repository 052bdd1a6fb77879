package io.blockseal.ebs;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.TreeRoot;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A data plane that keeps one word instead of blocks, and insists on the right data key wherever
/// the real one would need it. Thread-safe.
final class FakeBlockPlane implements BlockPlane {
  /// What a volume file or a snapshot holds.
  record Stored(
      Cipher cipher,
      String lineageId,
      @Nullable WrappedKey key,
      @Nullable String keyMark,
      long sizeBytes,
      String word) {

    Stored withWord(String newWord) {
      return new Stored(cipher, lineageId, key, keyMark, sizeBytes, newWord);
    }

    Stored withSize(long newSizeBytes) {
      return new Stored(cipher, lineageId, key, keyMark, newSizeBytes, word);
    }
  }

  // All guarded by this.
  private final Map<String, Stored> volumes = new HashMap<>();
  private final Map<String, Stored> snapshots = new HashMap<>();
  private final Map<String, Stored> cuts = new HashMap<>();
  private final Map<String, Map<String, String>> attached = new HashMap<>();
  private final Map<String, String> sources = new HashMap<>();
  private final Set<Hold> holds = new HashSet<>();
  private final Set<String> deleted = new HashSet<>();
  private final Set<String> busy = new HashSet<>();
  private final Map<String, CompletableFuture<Boolean>> tasks = new HashMap<>();
  private boolean hold;
  private @Nullable Exception failure;

  /// Lets tasks wait until this is taken back.
  synchronized void holdTasks(boolean on) {
    hold = on;
    if (!on) {
      Set.copyOf(tasks.keySet()).forEach(this::complete);
    }
  }

  /// Makes every call that writes fail; null ends that.
  synchronized void fail(@Nullable Exception cause) {
    failure = cause;
  }

  synchronized void setBusy(String volumeId, boolean on) {
    if (on) {
      busy.add(volumeId);
    } else {
      busy.remove(volumeId);
    }
  }

  synchronized void write(String volumeId, String word) {
    if (!attached.containsKey(volumeId)) {
      throw new IllegalStateException(volumeId + " is not attached");
    }
    volumes.computeIfPresent(volumeId, (_, stored) -> stored.withWord(word));
  }

  synchronized @Nullable Stored volume(String id) {
    return volumes.get(id);
  }

  synchronized @Nullable Stored snapshotStored(String id) {
    return snapshots.get(id);
  }

  synchronized boolean isAttached(String volumeId) {
    return attached.containsKey(volumeId);
  }

  synchronized Map<String, String> attributes(String volumeId) {
    return Objects.requireNonNull(attached.get(volumeId), "not attached");
  }

  /// What a kill of the process leaves: files, and nothing open.
  synchronized void crash() {
    attached.clear();
    busy.clear();
    cuts.clear();
    tasks.clear();
  }

  /// As [#crash], with cuts whose blocks are still to be had.
  synchronized void restart() {
    attached.clear();
    busy.clear();
    tasks.clear();
  }

  @Override
  public synchronized boolean holdSnapshot(String snapshotId, String holder) {
    if (!snapshots.containsKey(snapshotId) || deleted.contains(snapshotId)) {
      return held(snapshotId, holder);
    }
    return holds.add(new Hold(snapshotId, holder)) || held(snapshotId, holder);
  }

  private boolean held(String snapshotId, String holder) {
    return holds.contains(new Hold(snapshotId, holder));
  }

  @Override
  public synchronized void releaseSnapshots(String holder) {
    holds.removeIf(hold -> hold.holder().equals(holder));
    Set.copyOf(deleted).forEach(this::removeUnheld);
  }

  @Override
  public synchronized List<Hold> holds() {
    return List.copyOf(holds);
  }

  @Override
  public synchronized void createVolume(NewVolume volume, @Nullable SecretBytes dataKey)
      throws IOException {
    check();
    volumes.put(volume.name().id(), stored(volume, dataKey, ""));
  }

  @Override
  public synchronized void restoreVolume(
      NewVolume volume, @Nullable SecretBytes dataKey, String snapshotId) throws IOException {
    check();
    Stored source = required(snapshots, snapshotId);
    Stored made = stored(volume, dataKey, source.word);
    if (!Objects.equals(made.keyMark, source.keyMark)
        || !made.lineageId.equals(source.lineageId)
        || made.cipher != source.cipher) {
      throw new IOException("restored with another data key than the snapshot's");
    }
    volumes.put(volume.name().id(), made);
    sources.put(volume.name().id(), snapshotId);
  }

  @Override
  public synchronized Optional<String> sourceSnapshot(ResourceName volume) {
    return Optional.ofNullable(sources.get(volume.id()));
  }

  @Override
  public synchronized void restoreReencrypted(
      NewVolume volume,
      SecretBytes dataKey,
      String snapshotId,
      @Nullable SecretBytes sourceKey,
      Consumer<BlockTask.Progress> progress)
      throws IOException {
    check();
    Stored source = required(snapshots, snapshotId);
    checkKey(source, sourceKey);
    Stored made = stored(volume, dataKey, source.word);
    if (made.lineageId.equals(source.lineageId)) {
      throw new IOException("two data keys in one lineage");
    }
    awaitRelease(progress);
    volumes.put(volume.name().id(), made);
  }

  /// Goes on once tasks are not held, and tells of its progress until then.
  private void awaitRelease(Consumer<BlockTask.Progress> progress) {
    try {
      do {
        progress.accept(new BlockTask.Progress(37, 100));
        wait(1);
      } while (hold);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized Optional<WrappedKey> volumeKey(ResourceName volume) throws IOException {
    return Optional.ofNullable(required(volumes, volume.id()).key);
  }

  @Override
  public Optional<TreeRoot> root(ResourceName volume) {
    return Optional.empty();
  }

  @Override
  public synchronized String attach(
      ResourceName volume,
      @Nullable SecretBytes dataKey,
      long sizeBytes,
      Map<String, String> attributes)
      throws IOException {
    check();
    Stored stored = required(volumes, volume.id());
    checkKey(stored, dataKey);
    volumes.put(volume.id(), stored.withSize(Math.max(sizeBytes, stored.sizeBytes)));
    if (attached.put(volume.id(), attributes) != null) {
      throw new IllegalStateException(volume.id() + " is attached already");
    }
    return "/mnt/" + volume.id();
  }

  @Override
  public synchronized boolean detach(ResourceName volume, boolean force) {
    if (busy.contains(volume.id()) && !force) {
      return false;
    }
    attached.remove(volume.id());
    return true;
  }

  @Override
  public synchronized void grow(ResourceName volume, long sizeBytes) throws IOException {
    check();
    if (attached.containsKey(volume.id())) {
      volumes.computeIfPresent(volume.id(), (_, stored) -> stored.withSize(sizeBytes));
    }
  }

  @Override
  public synchronized VolumeHealth health(ResourceName volume) {
    return new VolumeHealth(false, 100);
  }

  @Override
  public synchronized void deleteVolume(ResourceName volume) throws IOException {
    check();
    if (attached.containsKey(volume.id())) {
      throw new IllegalStateException(volume.id() + " is attached");
    }
    volumes.remove(volume.id());
  }

  @Override
  public synchronized BlockTask takeSnapshot(ResourceName volume, String snapshotId)
      throws IOException {
    check();
    cuts.put(snapshotId, required(volumes, volume.id()));
    return task(snapshotId);
  }

  @Override
  public synchronized Optional<BlockTask> resumeSnapshot(ResourceName volume, String snapshotId) {
    return cuts.containsKey(snapshotId) ? Optional.of(task(snapshotId)) : Optional.empty();
  }

  @Override
  public synchronized BlockTask shareSnapshot(
      String sourceId, String snapshotId, @Nullable WrappedKey key) throws IOException {
    check();
    Stored source = required(snapshots, sourceId);
    cuts.put(
        snapshotId,
        new Stored(
            source.cipher, source.lineageId, key, source.keyMark, source.sizeBytes, source.word));
    return task(snapshotId);
  }

  @Override
  public synchronized BlockTask reencryptSnapshot(
      String sourceId,
      @Nullable SecretBytes sourceKey,
      String snapshotId,
      NewSnapshotKey target,
      SecretBytes dataKey)
      throws IOException {
    check();
    Stored source = required(snapshots, sourceId);
    checkKey(source, sourceKey);
    cuts.put(
        snapshotId,
        new Stored(
            target.cipher(),
            target.lineageId(),
            target.key(),
            mark(dataKey),
            source.sizeBytes,
            source.word));
    return task(snapshotId);
  }

  @Override
  public synchronized List<String> pendingSnapshots() {
    return List.copyOf(cuts.keySet());
  }

  @Override
  public synchronized Optional<BlockTask> runningCopy(String snapshotId) {
    return Optional.empty();
  }

  @Override
  public synchronized Optional<WrappedKey> interruptedCopy(String snapshotId) {
    return Optional.ofNullable(cuts.get(snapshotId)).map(Stored::key);
  }

  @Override
  public synchronized BlockTask resumeCopy(
      String snapshotId, @Nullable SecretBytes sourceKey, SecretBytes dataKey) throws IOException {
    checkKey(required(cuts, snapshotId), dataKey);
    return task(snapshotId);
  }

  @Override
  public synchronized Optional<SnapshotFacts> snapshot(String snapshotId) {
    return deleted.contains(snapshotId) ? Optional.empty() : heldSnapshot(snapshotId);
  }

  @Override
  public synchronized Optional<SnapshotFacts> heldSnapshot(String snapshotId) {
    return Optional.ofNullable(snapshots.get(snapshotId))
        .map(stored -> new SnapshotFacts(stored.cipher, stored.lineageId, stored.key, 524_288));
  }

  @Override
  public synchronized void deleteSnapshot(String snapshotId) throws IOException {
    check();
    cuts.remove(snapshotId);
    deleted.add(snapshotId);
    removeUnheld(snapshotId);
    complete(snapshotId);
  }

  private void removeUnheld(String snapshotId) {
    if (holds.stream().noneMatch(hold -> hold.snapshotId().equals(snapshotId))) {
      snapshots.remove(snapshotId);
      deleted.remove(snapshotId);
    }
  }

  @Override
  public synchronized void close() {
    crash();
  }

  private BlockTask task(String snapshotId) {
    CompletableFuture<Boolean> completion = new CompletableFuture<>();
    tasks.put(snapshotId, completion);
    if (!hold) {
      complete(snapshotId);
    }
    return new BlockTask() {
      @Override
      public Progress progress() {
        return new Progress(37, 100);
      }

      @Override
      public CompletableFuture<?> completion() {
        return completion;
      }
    };
  }

  private void complete(String snapshotId) {
    CompletableFuture<Boolean> task = tasks.remove(snapshotId);
    if (task == null) {
      return;
    }
    Stored cut = cuts.remove(snapshotId);
    if (failure != null) {
      task.completeExceptionally(failure);
    } else if (cut == null) {
      task.completeExceptionally(new IOException(snapshotId + " was deleted"));
    } else {
      snapshots.put(snapshotId, cut);
      task.complete(true);
    }
  }

  private void check() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private static Stored stored(NewVolume volume, @Nullable SecretBytes dataKey, String word) {
    if ((volume.key() == null) != (dataKey == null)) {
      throw new IllegalArgumentException("a wrapped key without its plaintext, or the reverse");
    }
    return new Stored(
        volume.cipher(),
        volume.lineageId(),
        volume.key(),
        dataKey == null ? null : mark(dataKey),
        volume.sizeBytes(),
        word);
  }

  private static void checkKey(Stored stored, @Nullable SecretBytes dataKey) throws IOException {
    if (!Objects.equals(stored.keyMark, dataKey == null ? null : mark(dataKey))) {
      throw new IOException("wrong data key");
    }
  }

  private static String mark(SecretBytes dataKey) {
    return dataKey.apply(bytes -> Base64.getEncoder().encodeToString(bytes));
  }

  private static Stored required(Map<String, Stored> all, String id) throws IOException {
    Stored stored = all.get(id);
    if (stored == null) {
      throw new IOException(id + " has no blocks");
    }
    return stored;
  }
}
