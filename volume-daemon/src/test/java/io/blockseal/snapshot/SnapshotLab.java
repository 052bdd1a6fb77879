package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.SealedVolume;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeSpec;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A snapshot store in a directory, with volumes beside it, for tests. Confined to one thread but
/// for what the store itself allows.
final class SnapshotLab implements AutoCloseable {
  static final int CHUNK = Geometry.CHUNK_BYTES;
  static final int UNIT = Geometry.UNIT_BYTES;

  static final String COPY_LINEAGE = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

  private final Path root;
  private final SecureRandom random = new SecureRandom();
  private final MetadataStore metadata;
  private final ChunkStore chunks;
  private String bootId;
  private SnapshotStore store;

  private SnapshotLab(Path root, MetadataStore metadata, ChunkStore chunks, String bootId)
      throws IOException {
    this.root = root;
    this.bootId = bootId;
    this.metadata = metadata;
    this.chunks = chunks;
    store = openStore();
  }

  static SnapshotLab open(Path root) throws IOException {
    return open(root, new InMemoryMetadataStore(), new MemoryChunkStore());
  }

  static SnapshotLab open(Path root, MetadataStore metadata, ChunkStore chunks) throws IOException {
    return new SnapshotLab(root, metadata, chunks, "boot");
  }

  SnapshotStore store() {
    return store;
  }

  ChunkStore chunks() {
    return chunks;
  }

  Path snapshots() {
    return root.resolve("snapshots");
  }

  /// Closes the store and opens it again, as a restart of the service does.
  void restart() throws IOException {
    store.close();
    store = openStore();
  }

  /// As [#restart], with a restart of the machine.
  void reboot() throws IOException {
    store.close();
    bootId = bootId + "+";
    store = openStore();
  }

  /// From now on it is another boot of the machine, for who takes over after [#kill].
  void nextBoot() {
    bootId = bootId + "+";
  }

  /// What the next process finds if this one is killed now: the same directory, chunks and
  /// metadata, on the same boot. Tasks of this store must be blocked for as long as the other one
  /// is used.
  SnapshotLab kill(Path newRoot, ChunkStore sameChunks) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Path copy = newRoot.resolve(root.relativize(file).toString());
        if (!copy.equals(newRoot)) {
          Files.copy(file, copy);
        }
      }
    }
    return new SnapshotLab(newRoot, metadata, sameChunks, bootId);
  }

  /// The data key of a volume, the same for every volume of that name.
  static @Nullable SecretBytes keyOf(String name, CipherSpec cipher) {
    if (!cipher.encrypted()) {
      return null;
    }
    byte[] key = new byte[64];
    byte[] text = name.getBytes(UTF_8);
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i + 1 + text[i % text.length]);
    }
    return SecretBytes.takeOver(key);
  }

  static WrappedKey wrapping(String name) {
    return new WrappedKey(
        "arn:aws:kms:eu-central-1:111122223333:key/" + name,
        Base64.getEncoder().encodeToString(name.getBytes(UTF_8)),
        Map.of("aws:ebs:id", name));
  }

  /// A key named `copy` for a copy.
  static NewKey newKey(CipherSpec cipher) {
    return new NewKey(cipher, COPY_LINEAGE, wrapping("copy"));
  }

  /// Makes and opens an empty volume whose key has the volume's name.
  Volume newVolume(String id, long sizeBytes, CipherSpec cipher) throws IOException {
    VolumeSpec spec = VolumeSpec.of(id, sizeBytes, cipher, SnapshotFixtures.LINEAGE);
    if (cipher.encrypted()) {
      WrappedKey key = wrapping(id);
      spec = spec.withKey(key.kmsKeyArn(), key.encryptedDataKey(), key.encryptionContext());
    }
    try (SecretBytes key = keyOf(id, cipher)) {
      Volume.create(file(id), spec, key, random);
    }
    return reopen(id, id, cipher, OpenOptions.writable());
  }

  /// Opens a volume that is there.
  Volume reopen(String id, String keyName, CipherSpec cipher, OpenOptions options)
      throws IOException {
    try (SecretBytes key = keyOf(keyName, cipher)) {
      return Volume.open(file(id), key, options, random);
    }
  }

  /// Opens a volume that is there, without its key.
  SealedVolume openSealed(String id) throws IOException {
    return Volume.openSealed(file(id), OpenOptions.writable().forVolume(id));
  }

  /// Makes a volume of a snapshot, which takes its chunks from there.
  Volume restore(String snapshotId, String newId, String keyName, SnapshotBacking backing)
      throws IOException {
    SnapshotFacts facts = backing.facts();
    EpochTable epochs;
    try (Manifest manifest = store.manifest(snapshotId).orElseThrow()) {
      epochs = EpochTable.parse(manifest.epochTable());
    }
    VolumeSpec spec =
        VolumeSpec.of(newId, facts.sizeBytes(), facts.cipher(), facts.lineageId())
            .fromSnapshot(snapshotId, epochs);
    WrappedKey wrapped = facts.key();
    if (wrapped != null) {
      spec =
          spec.withKey(
              wrapped.kmsKeyArn(), wrapped.encryptedDataKey(), wrapped.encryptionContext());
    }
    try (SecretBytes key = keyOf(keyName, facts.cipher())) {
      Volume.create(file(newId), spec, key, random);
    }
    return reopen(newId, keyName, facts.cipher(), OpenOptions.writable().with(backing));
  }

  /// What a volume made of the snapshot reads as.
  byte[] contentOf(String snapshotId, String keyName) throws IOException {
    String scratch = "scratch-" + Long.toHexString(random.nextLong());
    try (SnapshotBacking backing = store.backing(snapshotId);
        Volume volume = restore(snapshotId, scratch, keyName, backing)) {
      return content(volume);
    } finally {
      Volume.delete(file(scratch));
    }
  }

  Path file(String id) {
    return root.resolve(id + ".blockseal");
  }

  static byte[] content(Volume volume) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) volume.sizeBytes());
    volume.read(0, content);
    return content.array();
  }

  /// Writes `length` bytes with this value.
  static void fill(Volume volume, long offset, int length, int value) throws IOException {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    volume.write(offset, ByteBuffer.wrap(bytes));
  }

  /// Takes a snapshot and waits for it.
  SnapshotFacts take(String snapshotId, Volume volume) throws IOException {
    return await(store.take(snapshotId, CutSource.of(volume)));
  }

  /// The facts of a task that completes soon.
  static SnapshotFacts await(SnapshotTask task) {
    try {
      return task.completion().get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(task + " failed", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(task + " does not end", e);
    }
  }

  /// Why a task fails soon.
  static Throwable awaitFailure(SnapshotTask task) {
    try {
      task.completion().get(60, TimeUnit.SECONDS);
      throw new AssertionError(task + " did not fail");
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(task + " does not end", e);
    }
  }

  /// How many chunks the chunk store has.
  int storedChunks() throws IOException {
    int[] count = {0};
    chunks.forEach(digest -> count[0]++);
    return count[0];
  }

  /// Leaves chunks and metadata open: another lab may have them.
  @Override
  public void close() throws IOException {
    store.close();
  }

  private SnapshotStore openStore() throws IOException {
    return SnapshotStore.open(
        snapshots(), chunks, metadata, random, InstantSource.system(), bootId);
  }
}
