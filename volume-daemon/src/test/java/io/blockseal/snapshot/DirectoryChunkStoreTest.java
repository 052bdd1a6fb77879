package io.blockseal.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryChunkStoreTest extends ChunkStoreContract {
  @TempDir private Path directory;

  @Override
  ChunkStore open() throws IOException {
    return DirectoryChunkStore.open(directory.resolve("chunks"));
  }

  @Override
  void damage(ChunkDigest digest) throws IOException {
    Path file = place(digest);
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void keepsSyncedChunksUnderTheirDigestByTheFirstByte() throws IOException {
    ChunkDigest digest = put("abc");
    store().sync();

    // printf abc | sha256sum
    assertThat(digest.hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(directory.resolve("chunks/ba").resolve(digest.hex())).hasContent("abc");
    assertThat(directory.resolve("chunks/incoming")).isEmptyDirectory();
  }

  @Test
  void adoptsWholeChunksOfAProcessThatDied() throws IOException {
    ChunkDigest digest = dieWithUnsynced("abc");
    Files.writeString(directory.resolve("other/incoming/" + digest.hex() + ".9.part"), "ab");

    try (ChunkStore reopened = DirectoryChunkStore.open(directory.resolve("other"))) {
      assertThat(reopened.contains(digest)).isTrue();
      reopened.sync();
      assertThat(directory.resolve("other/ba").resolve(digest.hex())).hasContent("abc");
      assertThat(directory.resolve("other/incoming")).isEmptyDirectory();
    }
  }

  @Test
  void dropsUnsyncedChunksThatACrashOfTheMachineTore() throws IOException {
    ChunkDigest digest = dieWithUnsynced("abc");
    Files.writeString(directory.resolve("other/incoming").resolve(digest.hex()), "a\0\0");

    try (ChunkStore reopened = DirectoryChunkStore.open(directory.resolve("other"))) {
      assertThat(reopened.contains(digest)).isFalse();
      assertThat(directory.resolve("other/incoming")).isEmptyDirectory();
    }
  }

  @Test
  void storesAChunkAnewThatLostItsLength() throws IOException {
    ChunkDigest digest = put("abc");
    store().sync();
    Files.writeString(place(digest), "");

    assertThat(store().put(digest, bytes("abc"))).isTrue();
    store().sync();
    assertThat(get(digest, 3)).isEqualTo("abc");
  }

  @Test
  void givesAChunkItsPlaceOnlyAfterItsBytesAreSynced() throws IOException {
    RecordingSync sync = new RecordingSync();
    try (ChunkStore recorded = DirectoryChunkStore.open(directory.resolve("other"), sync)) {
      ChunkDigest digest = ChunkDigest.of(bytes("abc"));
      recorded.put(digest, bytes("abc"));
      assertThat(directory.resolve("other/ba").resolve(digest.hex())).doesNotExist();
      recorded.sync();

      Path waiting = directory.resolve("other/incoming").resolve(digest.hex());
      assertThat(sync.synced).containsOnlyOnce(waiting);
      assertThat(sync.synced.indexOf(waiting))
          .isLessThan(sync.synced.lastIndexOf(directory.resolve("other/ba")));
      assertThat(sync.placesBeforeTheirSync).isEmpty();
    }
  }

  @Test
  void syncsTheNamesThatADeadProcessMayHaveLeft() throws IOException {
    RecordingSync sync = new RecordingSync();
    try (ChunkStore recorded = DirectoryChunkStore.open(directory.resolve("chunks"), sync)) {
      sync.synced.clear();
      recorded.sync();

      assertThat(sync.synced).hasSize(256);
      sync.synced.clear();
      recorded.sync();
      assertThat(sync.synced).isEmpty();
    }
  }

  @Test
  void refusesEverythingAfterAFailedSyncAndForgetsTheBatch() throws IOException {
    RecordingSync sync = new RecordingSync();
    ChunkStore failing = DirectoryChunkStore.open(directory.resolve("other"), sync);
    ChunkDigest digest = ChunkDigest.of(bytes("abc"));
    failing.put(digest, bytes("abc"));
    sync.failing = true;

    assertThatThrownBy(failing::sync)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("durable")
        .hasRootCauseMessage("the disk is gone");
    sync.failing = false;
    assertThatThrownBy(failing::sync).hasMessageContaining("opened anew");
    assertThatThrownBy(() -> failing.put(digest, bytes("abc"))).hasMessageContaining("opened anew");
    failing.close();
    try (ChunkStore reopened = DirectoryChunkStore.open(directory.resolve("other"))) {
      assertThat(reopened.contains(digest)).isFalse();
    }
  }

  @Test
  void boundsWhatWaitsForASync() throws IOException {
    Path place = directory.resolve("other");
    try (ChunkStore store = DirectoryChunkStore.open(place)) {
      for (int chunk = 0; chunk < DirectoryChunkStore.MAX_UNSYNCED; chunk++) {
        store.relieve();
        ByteBuffer stored = bytes("chunk " + chunk);
        store.put(ChunkDigest.of(stored), stored);
      }
      assertThat(place.resolve("incoming").toFile().list())
          .hasSize(DirectoryChunkStore.MAX_UNSYNCED);

      store.relieve();
      assertThat(place.resolve("incoming").toFile().list()).isEmpty();
    }
  }

  /// Leaves a store behind as a process does that is killed.
  @SuppressWarnings("resource")
  private ChunkDigest dieWithUnsynced(String content) throws IOException {
    ChunkDigest digest = ChunkDigest.of(bytes(content));
    DirectoryChunkStore.open(directory.resolve("other")).put(digest, bytes(content));
    return digest;
  }

  private Path place(ChunkDigest digest) {
    return directory.resolve("chunks").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  /// Notes what is synced in which order, and fails when told to.
  private static final class RecordingSync implements FileSync {
    private final List<Path> synced = new ArrayList<>();
    private final Set<Path> placesBeforeTheirSync = ConcurrentHashMap.newKeySet();
    private volatile boolean failing;

    @Override
    public synchronized void file(Path file) throws IOException {
      fail();
      Path place =
          file.resolveSibling("..")
              .resolve(file.getFileName().toString().substring(0, 2))
              .resolve(file.getFileName());
      if (Files.exists(place)) {
        placesBeforeTheirSync.add(place);
      }
      synced.add(file);
    }

    @Override
    public synchronized void directory(Path directory) throws IOException {
      fail();
      synced.add(directory);
    }

    private void fail() throws IOException {
      if (failing) {
        throw new IOException("the disk is gone");
      }
    }
  }
}
