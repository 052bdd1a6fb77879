package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.await;
import static io.blockseal.snapshot.SnapshotLab.awaitFailure;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakingOrderTest {
  private static final CipherSpec XTS = CipherSpec.AES_256_XTS;

  @TempDir private Path directory;
  @TempDir private Path afterwards;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private final FaultyChunkStore chunks = new FaultyChunkStore(disk);
  private final List<String> completed = new ArrayList<>();
  private SnapshotLab lab;

  @BeforeEach
  void openLab() throws IOException {
    lab = SnapshotLab.open(directory, new InMemoryMetadataStore(), chunks);
  }

  @AfterEach
  void closeLab() throws IOException {
    chunks.faults().disarm();
    lab.close();
  }

  @Test
  void completesSnapshotsOfAVolumeInTheOrderOfTheirMoments() throws Exception {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, 4 * CHUNK, 1);
      byte[] first = content(volume);
      PausedVolume slow = new PausedVolume(volume);
      SnapshotTask one = take("snap-1", slow.source());
      slow.awaitPaused();
      SnapshotTask two = take("snap-2", volume);
      fill(volume, 3L * CHUNK, CHUNK, 2);
      byte[] third = content(volume);
      SnapshotTask three = take("snap-3", volume);
      while (two.copying() || three.copying()) {
        Thread.sleep(1);
      }
      assertThat(one.copying()).isTrue();
      assertThat(two.state()).isEqualTo(State.RUNNING);
      assertThat(three.state()).isEqualTo(State.RUNNING);

      slow.release();
      await(three);
      await(one);
      await(two);

      awaitCompletions(3);
      assertThat(completed).containsExactly("snap-1", "snap-2", "snap-3");
      assertThat(lab.contentOf("snap-1", "vol-1")).isEqualTo(first);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(first);
      assertThat(lab.contentOf("snap-3", "vol-1")).isEqualTo(third);
    }
  }

  @Test
  void aSnapshotSurvivesThePendingOneBeforeIt() throws Exception {
    try (Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS)) {
      fill(volume, 0, 4 * CHUNK, 1);
      PausedVolume slow = new PausedVolume(volume);
      SnapshotTask one = take("snap-1", slow.source());
      slow.awaitPaused();
      fill(volume, 3L * CHUNK, CHUNK, 2);
      byte[] second = content(volume);
      SnapshotTask two = take("snap-2", volume);

      one.cancel();
      slow.release();

      awaitFailure(one);
      await(two);
      assertThat(lab.contentOf("snap-2", "vol-1")).isEqualTo(second);
    }
  }

  @Test
  void volumesDoNotWaitForEachOther() throws Exception {
    try (Volume slow = lab.newVolume("vol-1", 4 * CHUNK, XTS);
        Volume fast = lab.newVolume("vol-2", CHUNK, XTS)) {
      fill(slow, 0, 4 * CHUNK, 1);
      chunks.blockTask("snap-1");
      take("snap-1", slow);
      chunks.faults().awaitHanging();

      await(take("snap-2", fast));
      awaitCompletions(1);

      assertThat(completed).containsExactly("snap-2");
      chunks.faults().disarm();
    }
  }

  @Test
  void theOrderOutlivesTheProcess() throws Exception {
    Volume volume = lab.newVolume("vol-1", 4 * CHUNK, XTS);
    fill(volume, 0, 4 * CHUNK, 1);
    PausedVolume slow = new PausedVolume(volume);
    take("snap-2", slow.source());
    slow.awaitPaused();
    PausedVolume second = new PausedVolume(volume);
    take("snap-1", second.source());

    try (SnapshotLab next = lab.kill(afterwards, disk)) {
      try (Volume sealedFirst = next.reopen("vol-1", "vol-1", XTS, OpenOptions.writable())) {
        SnapshotTask later = next.store().resume("snap-1", CutSource.of(sealedFirst));
        SnapshotTask sooner = next.store().task("snap-2").orElseThrow();
        Thread.sleep(150);
        assertThat(later.state()).isEqualTo(State.RUNNING);
        next.store().resume("snap-2", CutSource.of(sealedFirst));
        await(later);
        assertThat(sooner.state()).isEqualTo(State.COMPLETED);
      }
    }
    slow.release();
    second.release();
    volume.close();
  }

  @Test
  void boundsWhatIsPending() throws Exception {
    try (Volume volume = lab.newVolume("vol-1", CHUNK, XTS)) {
      fill(volume, 0, CHUNK, 1);
      PausedVolume slow = new PausedVolume(volume);
      for (int n = 0; n < PendingJobs.MAX_PENDING; n++) {
        take("snap-" + n, slow.source());
      }

      assertThatThrownBy(() -> take("snap-more", volume))
          .isInstanceOf(TooManySnapshotsException.class)
          .hasMessageContaining("100 others are pending");
      slow.release();
      await(lab.store().task("snap-99").orElseThrow());
      await(take("snap-more", volume));
    }
  }

  /// A task that is awaited has ended, but who is told of it may not have been yet.
  private void awaitCompletions(int count) throws InterruptedException {
    while (completions() < count) {
      Thread.sleep(1);
    }
  }

  private int completions() {
    synchronized (completed) {
      return completed.size();
    }
  }

  private SnapshotTask take(String id, Volume volume) throws IOException {
    return take(id, CutSource.of(volume));
  }

  private SnapshotTask take(String id, CutSource source) throws IOException {
    SnapshotTask task = lab.store().take(id, source);
    var _ =
        task.completion()
            .whenComplete(
                (facts, failure) -> {
                  if (failure == null) {
                    synchronized (completed) {
                      completed.add(id);
                    }
                  }
                });
    return task;
  }
}
