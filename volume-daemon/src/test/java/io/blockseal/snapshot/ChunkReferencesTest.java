package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotFixtures.digest;
import static io.blockseal.snapshot.SnapshotFixtures.facts;
import static io.blockseal.snapshot.SnapshotFixtures.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.fault.Killed;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.snapshot.ChunkReferences.Direction;
import io.blockseal.snapshot.ChunkReferences.Intent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkReferencesTest {
  @TempDir private Path directory;
  private final FaultyMetadataStore metadata = new FaultyMetadataStore(new InMemoryMetadataStore());
  private final ChunkReferences references = new ChunkReferences(metadata);
  private Manifest first;
  private Manifest second;

  @BeforeEach
  void writeManifests() throws IOException {
    first = shortManifest("snap-1", Map.of(0L, digest("a"), 1L, digest("b")));
    second = shortManifest("snap-2", Map.of(0L, digest("b"), 1L, digest("c"), 2L, digest("c")));
  }

  @AfterEach
  void closeManifests() {
    first.close();
    second.close();
  }

  @Test
  void countsEveryEntry() throws IOException {
    references.add("snap-1", first);
    references.add("snap-2", second);

    assertThat(references.count(digest("a"))).isEqualTo(1);
    assertThat(references.count(digest("b"))).isEqualTo(2);
    assertThat(references.count(digest("c"))).isEqualTo(2);
    assertThat(references.count(digest("d"))).isZero();
  }

  @Test
  void addingTwiceCountsOnce() throws IOException {
    references.add("snap-1", first);
    references.add("snap-1", first);

    assertThat(references.count(digest("a"))).isEqualTo(1);
    assertThat(references.intent("snap-1"))
        .contains(new Intent(Direction.ADDING, 2, first.digest()));
  }

  @Test
  void chunksWithoutReferencesBecomeGarbage() throws IOException {
    references.add("snap-1", first);
    references.add("snap-2", second);
    remove("snap-2", second);

    assertThat(references.count(digest("b"))).isEqualTo(1);
    assertThat(sweep()).containsExactly(digest("c"));
    assertThat(sweep()).isEmpty();
    assertThat(references.intents()).containsOnlyKeys("snap-1");
  }

  @Test
  void garbageThatIsReferredToAgainIsNoneAnyMore() throws IOException {
    references.add("snap-1", first);
    remove("snap-1", first);
    references.add("snap-2", second);

    assertThat(sweep()).containsExactly(digest("a"));
  }

  @Test
  void garbageThatTheSweeperKeepsIsOfferedAgain() throws IOException {
    references.add("snap-1", first);
    remove("snap-1", first);
    references.sweep(digest -> false);

    assertThat(sweep()).containsExactlyInAnyOrder(digest("a"), digest("b"));
  }

  @Test
  void abandonedChunksAreGarbageUnlessReferredTo() throws IOException {
    references.add("snap-1", first);
    references.abandon("snap-3", List.of(digest("a"), digest("d")));

    assertThat(sweep()).containsExactly(digest("d"));
  }

  @Test
  void removingTakesBackWhatWasCountedOnly() throws IOException {
    Manifest large = longManifest("snap-3", 2500);
    metadata.dieAfterCommits(1, false);
    assertThatThrownBy(() -> references.add("snap-3", large)).isInstanceOf(Killed.class);
    metadata.faults().disarm();
    assertThat(references.intent("snap-3"))
        .contains(new Intent(Direction.ADDING, 1000, large.digest()));

    remove("snap-3", large);

    assertThat(sweep()).hasSize(1000);
    assertThat(references.intents()).isEmpty();
    large.close();
  }

  @Test
  void anotherManifestIsNeitherCountedNorTakenBack() throws IOException {
    references.add("snap-1", first);
    assertThatThrownBy(() -> references.add("snap-1", second))
        .isInstanceOf(ManifestFormatException.class);

    references.beginRemoval("snap-1");
    assertThatThrownBy(() -> references.remove("snap-1", second))
        .isInstanceOf(ManifestFormatException.class);
    assertThat(references.count(digest("a"))).isEqualTo(1);
    assertThat(references.count(digest("c"))).isZero();
  }

  @Test
  void refusesToAddWhatIsBeingRemoved() throws IOException {
    references.add("snap-1", first);
    references.beginRemoval("snap-1");

    assertThatThrownBy(() -> references.add("snap-1", first))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("snap-1");
  }

  @Test
  void continuesAfterADeathBeforeOrAfterAnyCommit() throws IOException {
    try (Manifest large = longManifest("snap-3", 2500)) {
      for (int commits = 0; commits < 12; commits++) {
        for (boolean applied : new boolean[] {false, true}) {
          metadata.dieAfterCommits(commits, applied);
          untilDone(() -> references.add("snap-3", large));
          metadata.faults().disarm();
          assertThat(references.count(digest("chunk 0"))).isEqualTo(1);
          assertThat(references.count(digest("chunk 2499"))).isEqualTo(1);

          metadata.dieAfterCommits(commits, applied);
          untilDone(() -> references.beginRemoval("snap-3"));
          untilDone(() -> references.remove("snap-3", large));
          untilDone(() -> references.forget("snap-3"));
          Set<ChunkDigest> swept = new HashSet<>();
          untilDone(
              () ->
                  references.sweep(
                      digest -> {
                        swept.add(digest);
                        return true;
                      }));
          metadata.faults().disarm();
          assertThat(swept).hasSize(2500);
          assertThat(metadata.scan("snapshot-store/", null, 10)).isEmpty();
        }
      }
    }
  }

  @Test
  void survivesManyThreadsOnTheSameChunks() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String id = "snap-t" + i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      references.add(id, first);
                      if (id.endsWith("0") || id.endsWith("4")) {
                        return;
                      }
                      remove(id, first);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(references.count(digest("a"))).isEqualTo(2);
    assertThat(sweep()).isEmpty();
  }

  private void remove(String snapshotId, Manifest manifest) throws IOException {
    references.beginRemoval(snapshotId);
    references.remove(snapshotId, manifest);
    references.forget(snapshotId);
  }

  private Set<ChunkDigest> sweep() throws IOException {
    Set<ChunkDigest> swept = new HashSet<>();
    references.sweep(swept::add);
    return swept;
  }

  /// Repeats a step as a process does that is started again after each death.
  private void untilDone(Step step) throws IOException {
    while (true) {
      try {
        step.run();
        return;
      } catch (Killed e) {
        metadata.faults().disarm();
      }
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private Manifest shortManifest(String id, Map<Long, ChunkDigest> chunks) throws IOException {
    return manifest(directory.resolve(id), facts(id, 8), chunks);
  }

  private Manifest longManifest(String id, int chunks) throws IOException {
    Map<Long, ChunkDigest> entries = new TreeMap<>();
    for (long chunk = 0; chunk < chunks; chunk++) {
      entries.put(chunk, digest("chunk " + chunk));
    }
    return manifest(directory.resolve(id), facts(id, chunks), entries);
  }
}
