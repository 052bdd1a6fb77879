package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import io.blockseal.snapshot.ChunkDigest;
import io.blockseal.snapshot.ChunkStore;
import io.blockseal.snapshot.DirectoryChunkStore;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.snapshot.SnapshotTask;
import io.blockseal.volume.engine.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What volumes do while a slow chunk store holds their snapshots up.
class SnapshotRaceTest {
  private static final int CHUNK = 512 << 10;
  private static final long SIZE = 1L << 30;
  private static final int CHUNKS = 40;

  /// Chunks with this first byte are held up.
  private static final byte SLOW = 'B';

  /// As many tasks as may copy at a time.
  private static final int TURNS = 4;

  @TempDir Path root;

  private final MetadataStore metadata = new InMemoryMetadataStore();
  private final SecureRandom random = new SecureRandom();
  private final ResourceName volume = name("vol-0");
  private GatedChunks gate;
  private FakeExports exports;
  private SnapshotStore snapshots;
  private LocalBlockPlane plane;

  /// Where the volumes live whose snapshots are slow.
  private LocalBlockPlane slowPlane;

  @BeforeEach
  void start() throws IOException {
    gate = new GatedChunks(DirectoryChunkStore.open(root.resolve("chunks")));
    exports = new FakeExports();
    snapshots =
        SnapshotStore.open(
            root.resolve("snapshots"), gate, metadata, random, InstantSource.system());
    plane = new LocalBlockPlane(root.resolve("volumes"), snapshots, exports, random, metadata);
    slowPlane = new LocalBlockPlane(root.resolve("slow"), snapshots, exports, random, metadata);
  }

  @AfterEach
  void stop() throws IOException {
    gate.open.countDown();
    plane.close();
    slowPlane.close();
    snapshots.close();
    gate.close();
  }

  @Test
  void aSnapshotKeepsItsMomentWhenItsVolumeIsAttachedAgainBeforeItNotices() throws Exception {
    attachNew(plane, volume);
    fill("old");
    BlockTask task = takeBehindSlowOnes();

    plane.detach(volume, false);
    CompletableFuture<Void> attached =
        CompletableFuture.runAsync(
            () -> {
              try {
                plane.attach(volume, null, SIZE, Map.of());
                fill("new");
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThatThrownBy(() -> attached.get(200, TimeUnit.MILLISECONDS))
        .as("attaching waits for the task to notice")
        .isInstanceOf(TimeoutException.class);
    gate.open.countDown();
    attached.get(60, TimeUnit.SECONDS);
    task.completion().get(60, TimeUnit.SECONDS);

    assertThat(restored("snap-0")).containsOnly("old");
  }

  @Test
  void aSnapshotThatWaitedWhileEverythingStoppedGoesOn() throws Exception {
    attachNew(plane, volume);
    fill("old");
    takeBehindSlowOnes();

    plane.close();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(this::closeSnapshots);
    TimeUnit.MILLISECONDS.sleep(200);
    gate.open.countDown();
    closed.get(60, TimeUnit.SECONDS);
    slowPlane.close();
    gate.close();
    start();
    plane.attach(volume, null, SIZE, Map.of());
    fill("new");
    plane.resumeSnapshot(volume, "snap-0").orElseThrow().completion().get(60, TimeUnit.SECONDS);

    assertThat(restored("snap-0")).containsOnly("old");
  }

  @Test
  void aVolumeIsNotDeletedUnderASnapshotThatGoesOnAfterARestart() throws Exception {
    attachNew(plane, volume);
    fill("old");
    takeBehindSlowOnes();
    plane.detach(volume, false);
    CompletableFuture<Void> deleted =
        CompletableFuture.runAsync(
            () -> {
              try {
                plane.deleteVolume(volume);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });

    TimeUnit.MILLISECONDS.sleep(200);
    plane.close();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(this::closeSnapshots);
    TimeUnit.MILLISECONDS.sleep(200);
    gate.open.countDown();
    closed.get(60, TimeUnit.SECONDS);
    assertThatThrownBy(() -> deleted.get(60, TimeUnit.SECONDS)).hasMessageContaining("stopping");
    slowPlane.close();
    gate.close();
    start();
    plane.resumeSnapshot(volume, "snap-0").orElseThrow().completion().get(60, TimeUnit.SECONDS);

    assertThat(restored("snap-0")).containsOnly("old");
  }

  @Test
  void aChunkThatASnapshotNeedsAgainIsNotSwept() throws Exception {
    attachNew(plane, volume);
    fill("kept");
    for (int chunk = CHUNKS; chunk < 2 * CHUNKS; chunk++) {
      write(volume, chunk, "given up " + chunk);
    }
    plane.takeSnapshot(volume, "snap-0").completion().get(60, TimeUnit.SECONDS);
    for (int chunk = CHUNKS; chunk < 2 * CHUNKS; chunk++) {
      write(volume, chunk, "other " + chunk);
    }

    gate.holdDeletions();
    plane.deleteSnapshot("snap-0");
    gate.deleting.acquire();
    CompletableFuture<?> again = plane.takeSnapshot(volume, "snap-1").completion();
    try {
      again.get(2, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      // It needs just the chunk that is being deleted; then it stores it anew.
    }
    gate.open.countDown();
    again.get(60, TimeUnit.SECONDS);
    plane.takeSnapshot(volume, "snap-2").completion().get(60, TimeUnit.SECONDS);

    assertThat(snapshots.verify("snap-1", ProgressListener.SILENT).intact()).isTrue();
    assertThat(snapshots.state("snap-1")).contains(SnapshotTask.State.COMPLETED);
  }

  /// Takes a snapshot of the volume while the slow chunks of others take every turn.
  private BlockTask takeBehindSlowOnes() throws Exception {
    gate.holdPuts();
    for (int i = 1; i <= TURNS; i++) {
      ResourceName other = name("vol-" + i);
      attachNew(slowPlane, other);
      write(other, 0, (char) SLOW + "" + i);
      slowPlane.takeSnapshot(other, "snap-" + i);
    }
    gate.putting.acquire(TURNS);
    return plane.takeSnapshot(volume, "snap-0");
  }

  private void closeSnapshots() {
    try {
      snapshots.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void attachNew(LocalBlockPlane owner, ResourceName name) throws IOException {
    owner.createVolume(newVolume(name), null);
    owner.attach(name, null, SIZE, Map.of());
  }

  private static BlockPlane.NewVolume newVolume(ResourceName name) {
    return new BlockPlane.NewVolume(name, SIZE, Cipher.NONE, "0".repeat(32), null);
  }

  private void fill(String text) throws IOException {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      write(volume, chunk, text);
    }
  }

  private void write(ResourceName name, int chunk, String text) throws IOException {
    exports
        .device(name.id())
        .write((long) chunk * CHUNK, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  /// The beginnings of the chunks of a volume made of the snapshot.
  private List<String> restored(String snapshotId) throws IOException {
    ResourceName copy = name("vol-copy");
    plane.restoreVolume(newVolume(copy), null, snapshotId);
    plane.attach(copy, null, SIZE, Map.of());
    List<String> texts = new ArrayList<>();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      ByteBuffer bytes = ByteBuffer.allocate(3);
      exports.device(copy.id()).read((long) chunk * CHUNK, bytes);
      texts.add(new String(bytes.array(), StandardCharsets.US_ASCII));
    }
    return texts;
  }

  private static ResourceName name(String id) {
    return new ResourceName("123456789012", "us-east-1", id);
  }

  /// Real chunks behind a gate, which once opened stays open.
  private static final class GatedChunks implements ChunkStore {
    private final CountDownLatch open = new CountDownLatch(1);
    private final Semaphore putting = new Semaphore(0);
    private final Semaphore deleting = new Semaphore(0);
    private volatile boolean putsHeld;
    private volatile boolean deletionsHeld;
    private final ChunkStore store;

    GatedChunks(ChunkStore store) {
      this.store = store;
    }

    void holdPuts() {
      putsHeld = true;
    }

    void holdDeletions() {
      deletionsHeld = true;
    }

    @Override
    public boolean put(ChunkDigest digest, ByteBuffer stored) throws IOException {
      if (putsHeld && stored.get(stored.position()) == SLOW) {
        putting.release();
        pass();
      }
      return store.put(digest, stored);
    }

    @Override
    public boolean delete(ChunkDigest digest) throws IOException {
      if (deletionsHeld) {
        deleting.release();
        pass();
      }
      return store.delete(digest);
    }

    private void pass() {
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void get(ChunkDigest digest, ByteBuffer target) throws IOException {
      store.get(digest, target);
    }

    @Override
    public boolean contains(ChunkDigest digest) throws IOException {
      return store.contains(digest);
    }

    @Override
    public void relieve() throws IOException {
      store.relieve();
    }

    @Override
    public void sync() throws IOException {
      store.sync();
    }

    @Override
    public void forEach(Consumer<ChunkDigest> visitor) throws IOException {
      store.forEach(visitor);
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }
}
