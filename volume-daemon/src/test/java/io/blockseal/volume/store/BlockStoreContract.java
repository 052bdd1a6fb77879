package io.blockseal.volume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [BlockStore] does.
abstract class BlockStoreContract {
  private BlockStore store;

  /// A new, empty, writable store.
  abstract BlockStore fresh() throws IOException;

  @BeforeEach
  void open() throws IOException {
    store = fresh();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsBackWhatWasWritten(boolean direct) throws IOException {
    ByteBuffer source = buffer(direct, 5000);
    for (int i = 0; i < 5000; i++) {
      source.put(i, (byte) i);
    }
    store.write(777, source);
    assertThat(source.hasRemaining()).isFalse();

    ByteBuffer target = buffer(direct, 5000);
    store.read(777, target);
    assertThat(target.hasRemaining()).isFalse();
    assertThat(target.flip()).isEqualTo(source.flip());
  }

  @Test
  void usesOnlyTheRemainingBytesOfABuffer() throws IOException {
    store.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2));

    ByteBuffer target = ByteBuffer.allocateDirect(4).position(2);
    store.read(0, target);
    assertThat(target.get(0)).isZero();
    assertThat(target.get(2)).isEqualTo((byte) 2);
    assertThat(target.get(3)).isEqualTo((byte) 3);
  }

  @Test
  void readsZerosWhereNothingWasWritten() throws IOException {
    store.write(10, ByteBuffer.wrap(new byte[] {9}));
    ByteBuffer target = ByteBuffer.wrap(new byte[] {7, 7, 7, 7});
    store.read(8, target);
    assertThat(target.array()).containsExactly(0, 0, 9, 0);
    store.read(1 << 20, target.clear());
    assertThat(target.array()).containsOnly(0);
  }

  @Test
  void growsByWritingAndByResizing() throws IOException {
    assertThat(store.sizeBytes()).isZero();
    store.write(100, ByteBuffer.allocate(28));
    assertThat(store.sizeBytes()).isEqualTo(128);
    store.resize(4096);
    assertThat(store.sizeBytes()).isEqualTo(4096);
    store.resize(10);
    assertThat(store.sizeBytes()).isEqualTo(10);
  }

  @Test
  void punchedHolesReadAsZerosAndKeepTheSize() throws IOException {
    byte[] ones = new byte[16 << 10];
    Arrays.fill(ones, (byte) 1);
    store.write(0, ByteBuffer.wrap(ones));
    store.punchHole(4096 + 100, 8192);
    store.punchHole(5000, 0);

    byte[] found = new byte[16 << 10];
    store.read(0, ByteBuffer.wrap(found));
    Arrays.fill(ones, 4196, 4196 + 8192, (byte) 0);
    assertThat(found).isEqualTo(ones);
    assertThat(store.sizeBytes()).isEqualTo(16 << 10);
  }

  @Test
  void findsDataBehindHoles() throws IOException {
    store.resize(10 << 20);
    assertThat(store.nextData(0)).isEqualTo(-1);
    store.write(5 << 20, ByteBuffer.wrap(new byte[] {1}));
    assertThat(store.nextData(0)).isBetween(1L, 5L << 20);
    assertThat(store.nextData(5 << 20)).isEqualTo(5 << 20);
    assertThat(store.nextData(6 << 20)).isEqualTo(-1);
    assertThat(store.nextData(20 << 20)).isEqualTo(-1);
  }

  @Test
  void refusesCallsOnceClosed() throws IOException {
    store.sync(true);
    store.sync(false);
    store.close();
    store.close();
    assertThatThrownBy(() -> store.read(0, ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.write(0, ByteBuffer.allocate(1)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.sync(true)).isInstanceOf(IOException.class);
  }

  private static ByteBuffer buffer(boolean direct, int lengthBytes) {
    return direct ? ByteBuffer.allocateDirect(lengthBytes) : ByteBuffer.allocate(lengthBytes);
  }
}
