package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotFixtures.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.snapshot.ChunkPins.PinSet;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ChunkPinsTest {
  private final ChunkPins pins = new ChunkPins();

  @Test
  void keepsEveryPinnedChunk() throws IOException {
    try (PinSet set = pins.openSet(1000)) {
      for (int n = 0; n < 1000; n++) {
        set.add(digest("chunk " + n));
      }

      for (int n = 0; n < 1000; n++) {
        assertThat(deleted("chunk " + n)).isFalse();
      }
    }
  }

  @Test
  void letsGoOfNearlyEverythingElse() throws IOException {
    int kept = 0;
    try (PinSet set = pins.openSet(1000)) {
      for (int n = 0; n < 1000; n++) {
        set.add(digest("chunk " + n));
      }
      for (int n = 0; n < 1000; n++) {
        kept += deleted("other " + n) ? 0 : 1;
      }
    }

    assertThat(kept).isLessThan(100);
    for (int n = 0; n < 1000; n++) {
      assertThat(deleted("chunk " + n)).as("after the set was closed").isTrue();
    }
  }

  @Test
  void aChunkStaysForAsLongAsOneSetHasIt() throws IOException {
    PinSet first = pins.openSet(8);
    PinSet second = pins.openSet(8);
    first.add(digest("a"));
    second.add(digest("a"));

    first.close();
    assertThat(deleted("a")).isFalse();
    second.close();
    assertThat(deleted("a")).isTrue();
  }

  private boolean deleted(String content) throws IOException {
    boolean[] ran = {false};
    boolean answer = pins.deleteUnpinned(digest(content), () -> ran[0] = true);
    assertThat(ran[0]).isEqualTo(answer);
    return answer;
  }
}
