package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotFixtures.digest;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestSlotsTest {
  @TempDir private Path directory;

  @Test
  void showsFilledSlotsInOrder() throws IOException {
    try (DigestSlots slots = DigestSlots.open(directory.resolve("digests"))) {
      slots.put(5000, digest("late"));
      slots.put(3, null);
      slots.put(0, digest("early"));
      slots.put(2047, digest("a"));
      slots.put(2048, digest("b"));

      assertThat(all(slots).entrySet())
          .containsExactly(
              Map.entry(0L, digest("early")),
              Map.entry(3L, DigestSlots.HOLE),
              Map.entry(2047L, digest("a")),
              Map.entry(2048L, digest("b")),
              Map.entry(5000L, digest("late")));
    }
  }

  @Test
  void areThereWhenTheyAreOpenedAgain() throws IOException {
    try (DigestSlots slots = DigestSlots.open(directory.resolve("digests"))) {
      slots.put(1, digest("a"));
    }

    try (DigestSlots slots = DigestSlots.open(directory.resolve("digests"))) {
      assertThat(all(slots)).containsExactly(Map.entry(1L, digest("a")));
    }
  }

  @Test
  void areEmptyAtFirst() throws IOException {
    try (DigestSlots slots = DigestSlots.open(directory.resolve("digests"))) {
      assertThat(all(slots)).isEmpty();
    }
  }

  private static Map<Long, ChunkDigest> all(DigestSlots slots) throws IOException {
    Map<Long, ChunkDigest> all = new LinkedHashMap<>();
    slots.forEach(all::put);
    return all;
  }
}
