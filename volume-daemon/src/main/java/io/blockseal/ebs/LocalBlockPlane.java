package io.blockseal.ebs;

import io.blockseal.aws.Blob;
import io.blockseal.meta.MetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.InterruptedSnapshot;
import io.blockseal.snapshot.Manifest;
import io.blockseal.snapshot.NewKey;
import io.blockseal.snapshot.SnapshotNotFoundException;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.snapshot.SnapshotTask;
import io.blockseal.snapshot.TooManySnapshotsException;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.TreeRoot;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeExports;
import io.blockseal.volume.engine.VolumeInspector;
import io.blockseal.volume.engine.VolumeSpec;
import io.blockseal.volume.format.EpochTable;
import io.blockseal.volume.format.VolumeHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The data plane on this machine: one file a volume below a directory, snapshots in a
/// [SnapshotStore], attached volumes at a [VolumeExports].
///
/// | path | what |
/// |---|---|
/// | `<account>/<region>/<volume id>.blockseal` | a volume |
///
/// Thread-safe. Closing it closes every volume; the snapshot store is closed by its owner
/// afterwards, and the exports after that.
public final class LocalBlockPlane implements BlockPlane {
  private final VolumeDirectory directory;
  private final SnapshotStore snapshots;
  private final VolumeExports exports;
  private final SecureRandom random;
  private final RootRecords roots;

  /// Volumes that were opened, with or without their key, since the daemon started.
  private final ConcurrentHashMap<ResourceName, LocalVolume> volumes = new ConcurrentHashMap<>();

  private volatile boolean closed;

  /// @param directory where the volumes are; its parent must exist
  /// @param store where the last states of GCM volumes are kept
  public LocalBlockPlane(
      Path directory,
      SnapshotStore snapshots,
      VolumeExports exports,
      SecureRandom random,
      MetadataStore store) {
    this.directory = new VolumeDirectory(directory);
    this.snapshots = snapshots;
    this.exports = exports;
    this.random = random;
    roots = new RootRecords(store);
  }

  @Override
  public boolean holdSnapshot(String snapshotId, String holder) throws IOException {
    try {
      snapshots.hold(snapshotId, holder);
      return true;
    } catch (SnapshotNotFoundException _) {
      return false;
    }
  }

  @Override
  public void releaseSnapshots(String holder) {
    snapshots.release(holder);
  }

  @Override
  public List<Hold> holds() {
    return snapshots.holds().stream()
        .map(hold -> new Hold(hold.snapshotId(), hold.holder()))
        .toList();
  }

  @Override
  public Optional<String> sourceSnapshot(ResourceName volume) throws IOException {
    Volume.dropCached(directory.file(volume));
    return Optional.ofNullable(directory.header(volume).sourceSnapshotId());
  }

  @Override
  public void createVolume(NewVolume volume, @Nullable SecretBytes dataKey) throws IOException {
    create(volume, spec(volume), dataKey);
  }

  @Override
  public void restoreVolume(NewVolume volume, @Nullable SecretBytes dataKey, String snapshotId)
      throws IOException {
    snapshots.hold(snapshotId, volume.name().id());
    create(volume, spec(volume).fromSnapshot(snapshotId, epochTable(snapshotId)), dataKey);
  }

  @Override
  public void restoreReencrypted(
      NewVolume volume,
      SecretBytes dataKey,
      String snapshotId,
      @Nullable SecretBytes sourceKey,
      Consumer<BlockTask.Progress> progress)
      throws IOException {
    Path file = create(volume, spec(volume), dataKey);
    OpenOptions options =
        OpenOptions.writable()
            .forVolume(volume.name().id())
            .witnessedBy(roots.witness(volume.name()));
    try (Volume target = Volume.open(file, dataKey, options, random)) {
      snapshots.restoreReencrypted(
          snapshotId, sourceKey, target, (done, total) -> progress.accept(bytes(done, total)));
    } catch (IOException | RuntimeException e) {
      Volume.delete(file);
      roots.forget(volume.name());
      throw e;
    }
  }

  private static BlockTask.Progress bytes(long doneChunks, long totalChunks) {
    return new BlockTask.Progress(
        doneChunks * Geometry.CHUNK_BYTES, totalChunks * Geometry.CHUNK_BYTES);
  }

  @Override
  public Optional<WrappedKey> volumeKey(ResourceName volume) throws IOException {
    return Optional.ofNullable(key(directory.header(volume)));
  }

  @Override
  public Optional<TreeRoot> root(ResourceName volume) throws IOException {
    return VolumeInspector.root(directory.file(volume), volume.id());
  }

  @Override
  public String attach(
      ResourceName volume,
      @Nullable SecretBytes dataKey,
      long sizeBytes,
      Map<String, String> attributes)
      throws IOException {
    return local(volume).attach(dataKey, sizeBytes, attributes);
  }

  @Override
  public boolean detach(ResourceName volume, boolean force) throws IOException {
    return local(volume).detach(force);
  }

  @Override
  public void grow(ResourceName volume, long sizeBytes) throws IOException {
    local(volume).grow(sizeBytes);
  }

  @Override
  public VolumeHealth health(ResourceName volume) {
    return local(volume).health();
  }

  @Override
  public void deleteVolume(ResourceName volume) throws IOException {
    local(volume).delete();
    volumes.remove(volume);
  }

  @Override
  public BlockTask takeSnapshot(ResourceName volume, String snapshotId) throws IOException {
    return begin(() -> local(volume).takeSnapshot(snapshotId));
  }

  @Override
  public Optional<BlockTask> resumeSnapshot(ResourceName volume, String snapshotId)
      throws IOException {
    return snapshots.task(snapshotId).isEmpty()
        ? Optional.empty()
        : Optional.of(new LocalBlockTask(local(volume).resumeSnapshot(snapshotId)));
  }

  @Override
  public BlockTask shareSnapshot(String sourceId, String snapshotId, @Nullable WrappedKey key)
      throws IOException {
    return begin(() -> snapshots.share(sourceId, snapshotId, key == null ? null : stored(key)));
  }

  @Override
  public BlockTask reencryptSnapshot(
      String sourceId,
      @Nullable SecretBytes sourceKey,
      String snapshotId,
      NewSnapshotKey target,
      SecretBytes dataKey)
      throws IOException {
    NewKey newKey = new NewKey(target.cipher().spec(), target.lineageId(), stored(target.key()));
    return begin(() -> snapshots.reencrypt(sourceId, sourceKey, snapshotId, newKey, dataKey));
  }

  @Override
  public List<String> pendingSnapshots() {
    return snapshots.pending();
  }

  @Override
  public Optional<BlockTask> runningCopy(String snapshotId) {
    return snapshots
        .task(snapshotId)
        .filter(task -> task.state() == SnapshotTask.State.RUNNING)
        .map(LocalBlockTask::new);
  }

  @Override
  public Optional<WrappedKey> interruptedCopy(String snapshotId) throws IOException {
    for (InterruptedSnapshot interrupted : snapshots.interrupted()) {
      var key = interrupted.facts().key();
      if (interrupted.snapshotId().equals(snapshotId) && key != null) {
        return Optional.of(wrapped(key, snapshotId));
      }
    }
    return Optional.empty();
  }

  @Override
  public BlockTask resumeCopy(
      String snapshotId, @Nullable SecretBytes sourceKey, SecretBytes dataKey) throws IOException {
    return begin(() -> snapshots.resume(snapshotId, sourceKey, dataKey));
  }

  @Override
  public Optional<SnapshotFacts> snapshot(String snapshotId) throws IOException {
    return facts(snapshots.manifest(snapshotId));
  }

  @Override
  public Optional<SnapshotFacts> heldSnapshot(String snapshotId) throws IOException {
    return facts(snapshots.heldManifest(snapshotId));
  }

  /// What a manifest says, which is closed.
  private static Optional<SnapshotFacts> facts(Optional<Manifest> opened) throws IOException {
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (Manifest manifest = opened.get()) {
      var facts = manifest.facts();
      return Optional.of(
          new SnapshotFacts(
              Cipher.of(facts.cipher()),
              facts.lineageId(),
              facts.key() == null ? null : wrapped(facts.key(), facts.snapshotId()),
              manifest.storedBytes()));
    }
  }

  @Override
  public void deleteSnapshot(String snapshotId) throws IOException {
    snapshots.delete(snapshotId);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    IOException failure = null;
    for (LocalVolume volume : volumes.values()) {
      try {
        volume.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private interface Beginning {
    SnapshotTask begin() throws IOException;
  }

  private static BlockTask begin(Beginning beginning) throws IOException {
    try {
      return new LocalBlockTask(beginning.begin());
    } catch (TooManySnapshotsException e) {
      throw new TooManyTasksException(e);
    }
  }

  private LocalVolume local(ResourceName name) {
    if (closed) {
      throw new IllegalStateException(name + " is asked for, but the daemon is stopping");
    }
    return volumes.computeIfAbsent(
        name, absent -> new LocalVolume(absent, directory, snapshots, exports, random, roots));
  }

  /// Makes the file, over whatever an attempt before left of it.
  private Path create(NewVolume volume, VolumeSpec spec, @Nullable SecretBytes dataKey)
      throws IOException {
    Path file = directory.prepare(volume.name());
    Volume.delete(file);
    roots.forget(volume.name());
    Volume.create(file, spec, dataKey, random);
    VolumeInspector.root(file, volume.name().id())
        .ifPresent(root -> roots.begin(volume.name(), root));
    return file;
  }

  private EpochTable epochTable(String snapshotId) throws IOException {
    try (Manifest manifest =
        snapshots
            .heldManifest(snapshotId)
            .orElseThrow(() -> new IOException("snapshot " + snapshotId + " is gone"))) {
      return EpochTable.parse(manifest.epochTable());
    }
  }

  private static VolumeSpec spec(NewVolume volume) {
    VolumeSpec spec =
        VolumeSpec.of(
            volume.name().id(), volume.sizeBytes(), volume.cipher().spec(), volume.lineageId());
    WrappedKey key = volume.key();
    return key == null
        ? spec
        : spec.withKey(key.kmsKeyArn(), key.ciphertext().toBase64(), key.encryptionContext());
  }

  private static @Nullable WrappedKey key(VolumeHeader volume) throws IOException {
    String encryptedDataKey = volume.encryptedDataKey();
    if (encryptedDataKey == null) {
      return null;
    }
    if (volume.kmsKeyArn() == null) {
      throw new IOException("the header of " + volume.volumeId() + " does not name its KMS key");
    }
    return new WrappedKey(
        volume.kmsKeyArn(),
        blob(encryptedDataKey, "the header of " + volume.volumeId()),
        volume.encryptionContext());
  }

  private static WrappedKey wrapped(io.blockseal.snapshot.WrappedKey key, String snapshotId)
      throws IOException {
    return new WrappedKey(
        String.valueOf(key.kmsKeyArn()),
        blob(key.encryptedDataKey(), "the manifest of " + snapshotId),
        key.encryptionContext());
  }

  /// A wrapped data key as a file has it, which anybody may have written to.
  private static Blob blob(String base64, String where) throws IOException {
    try {
      return Blob.fromBase64(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + " has a data key that is not base64: " + e.getMessage(), e);
    }
  }

  private static io.blockseal.snapshot.WrappedKey stored(WrappedKey key) {
    return new io.blockseal.snapshot.WrappedKey(
        key.kmsKeyArn(), key.ciphertext().toBase64(), key.encryptionContext());
  }
}
