package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every chunk store keeps to.
abstract class ChunkStoreContract {
  private ChunkStore store;

  abstract ChunkStore open() throws IOException;

  /// Alters the stored bytes of a chunk behind the store's back.
  abstract void damage(ChunkDigest digest) throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = open();
  }

  @AfterEach
  void closeStore() throws IOException {
    store.close();
  }

  @Test
  void returnsWhatWasPut() throws IOException {
    ChunkDigest digest = put("some ciphertext");

    assertThat(get(digest, 15)).isEqualTo("some ciphertext");
    store.sync();
    assertThat(get(digest, 15)).isEqualTo("some ciphertext");
  }

  @Test
  void leavesThePositionOfWhatIsPut() throws IOException {
    ByteBuffer stored = bytes("abc");

    store.put(ChunkDigest.of(stored), stored);

    assertThat(stored.remaining()).isEqualTo(3);
  }

  @Test
  void storesTheSameBytesOnce() throws IOException {
    ByteBuffer stored = bytes("abc");
    ChunkDigest digest = ChunkDigest.of(stored);

    assertThat(store.put(digest, stored)).isTrue();
    assertThat(store.put(digest, stored)).isFalse();
    store.sync();
    assertThat(store.put(digest, stored)).isFalse();
    assertThat(all()).containsExactly(digest);
  }

  @Test
  void saysThatAChunkIsNotThere() {
    ChunkDigest absent = ChunkDigest.of(bytes("never stored"));

    assertThatThrownBy(() -> get(absent, 12))
        .isInstanceOf(ChunkUnreadableException.class)
        .hasMessageContaining(absent.hex())
        .hasMessageContaining("not there");
  }

  @Test
  void refusesToFillABufferOfAnotherLength() throws IOException {
    ChunkDigest digest = put("abc");

    assertThatThrownBy(() -> get(digest, 4))
        .isInstanceOf(ChunkUnreadableException.class)
        .hasMessageContaining("3 bytes, not 4");
  }

  @Test
  void neverReturnsAlteredBytes() throws IOException {
    ChunkDigest digest = put("abc");
    store.sync();
    damage(digest);

    assertThatThrownBy(() -> get(digest, 3))
        .isInstanceOf(ChunkUnreadableException.class)
        .hasMessageContaining(digest.hex())
        .hasMessageContaining("altered");
  }

  @Test
  void forgetsDeletedChunks() throws IOException {
    ChunkDigest waiting = put("not yet synced");
    assertThat(store.delete(waiting)).isTrue();
    ChunkDigest durable = put("synced");
    store.sync();
    assertThat(store.delete(durable)).isTrue();

    assertThat(store.delete(durable)).isFalse();
    assertThat(store.contains(waiting)).isFalse();
    assertThat(store.contains(durable)).isFalse();
    assertThat(all()).isEmpty();
  }

  @Test
  void storesADeletedChunkAnew() throws IOException {
    ChunkDigest digest = put("abc");
    store.sync();
    store.delete(digest);

    assertThat(store.put(digest, bytes("abc"))).isTrue();
    assertThat(get(digest, 3)).isEqualTo("abc");
  }

  @Test
  void visitsEveryChunkSyncedOrNot() throws IOException {
    ChunkDigest synced = put("a");
    store.sync();
    ChunkDigest waiting = put("b");

    assertThat(all()).containsExactlyInAnyOrder(synced, waiting);
  }

  @Test
  void storesTheSameBytesOnceForManyThreads() throws Exception {
    AtomicInteger added = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int chunk = 0; chunk < 50; chunk++) {
                        ByteBuffer stored = bytes("chunk " + chunk);
                        if (store.put(ChunkDigest.of(stored), stored)) {
                          added.incrementAndGet();
                        }
                        if (chunk % 10 == 0) {
                          store.sync();
                        }
                      }
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(added).hasValue(50);
    assertThat(all()).hasSize(50);
    for (int chunk = 0; chunk < 50; chunk++) {
      String content = "chunk " + chunk;
      assertThat(get(ChunkDigest.of(bytes(content)), content.length())).isEqualTo(content);
    }
  }

  @Test
  void refusesUseAfterClosing() throws IOException {
    ChunkDigest digest = put("abc");
    store.close();
    store.close();

    assertThatThrownBy(() -> get(digest, 3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> put("def")).isInstanceOf(IllegalStateException.class);
  }

  ChunkStore store() {
    return store;
  }

  ChunkDigest put(String content) throws IOException {
    ChunkDigest digest = ChunkDigest.of(bytes(content));
    store.put(digest, bytes(content));
    return digest;
  }

  String get(ChunkDigest digest, int lengthBytes) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(lengthBytes);
    store.get(digest, target);
    assertThat(target.hasRemaining()).isFalse();
    return new String(target.array(), UTF_8);
  }

  Set<ChunkDigest> all() throws IOException {
    Set<ChunkDigest> all = new HashSet<>();
    store.forEach(digest -> assertThat(all.add(digest)).isTrue());
    return all;
  }

  static ByteBuffer bytes(String content) {
    return ByteBuffer.wrap(content.getBytes(UTF_8));
  }
}
