package io.blockseal.snapshot;

import static io.blockseal.snapshot.SnapshotLab.CHUNK;
import static io.blockseal.snapshot.SnapshotLab.await;
import static io.blockseal.snapshot.SnapshotLab.content;
import static io.blockseal.snapshot.SnapshotLab.fill;
import static io.blockseal.snapshot.SnapshotLab.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.fault.FaultyChunkStore;
import io.blockseal.fault.FaultyMetadataStore;
import io.blockseal.fault.Killed;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.SnapshotTask.Kind;
import io.blockseal.snapshot.SnapshotTask.State;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.ProgressListener;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeChangedException;
import io.blockseal.volume.format.CipherSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
  private static final CipherSpec XTS = CipherSpec.AES_256_XTS;

  @TempDir private Path directory;
  @TempDir private Path afterwards;
  private final MemoryChunkStore disk = new MemoryChunkStore();
  private final FaultyChunkStore chunks = new FaultyChunkStore(disk);
  private final FaultyMetadataStore metadata = new FaultyMetadataStore(new InMemoryMetadataStore());

  /// Volumes of processes that are killed, which nobody closes while it matters.
  private final List<Volume> killed = new ArrayList<>();

  private SnapshotLab lab;

  @BeforeEach
  void openLab() throws IOException {
    lab = SnapshotLab.open(directory, metadata, chunks);
  }

  @AfterEach
  void closeLab() throws IOException {
    chunks.faults().disarm();
    for (Volume volume : killed) {
      volume.close();
    }
    lab.close();
  }

  @Test
  void resumesASnapshotThatWasPendingWhenTheProcessWasKilled() throws Exception {
    Volume volume = doomedVolume();
    byte[] before = content(volume);
    SnapshotTask task = takeBlocked("snap-1", volume, 2);
    // One chunk that was copied already, one that its writer has to copy.
    fill(volume, 0, CHUNK, 'z');
    fill(volume, 5L * CHUNK, CHUNK, 'z');
    assertThat(task.progress().chunksDone()).isEqualTo(3);

    try (SnapshotLab next = lab.kill(afterwards, disk)) {
      assertThat(next.store().state("snap-1")).contains(State.INTERRUPTED);
      InterruptedSnapshot interrupted = next.store().interrupted().getFirst();
      assertThat(interrupted.kind()).isEqualTo(Kind.TAKE);
      assertThat(interrupted.facts().volumeId()).isEqualTo("vol-1");
      assertThat(next.store().task("snap-1").orElseThrow().progress().chunksDone()).isEqualTo(3);
      try (Volume reopened = next.reopen("vol-1", "vol-1", XTS, OpenOptions.writable())) {
        SnapshotTask resumed = next.store().resume("snap-1", CutSource.of(reopened));
        fill(reopened, 4L * CHUNK, CHUNK, 'y');
        await(resumed);
        assertThat(resumed.progress().chunksDone()).isEqualTo(6);
      }
      assertThat(next.contentOf("snap-1", "vol-1")).isEqualTo(before);
      assertThat(next.store().verify("snap-1", ProgressListener.SILENT).intact()).isTrue();
    }
  }

  @Test
  void givesUpASnapshotWhoseVolumeWasWrittenToBeforeItWasTakenUp() throws Exception {
    takeBlocked("snap-1", doomedVolume(), 2);

    try (SnapshotLab next = lab.kill(afterwards, disk)) {
      SnapshotTask task = next.store().task("snap-1").orElseThrow();
      try (Volume reopened = next.reopen("vol-1", "vol-1", XTS, OpenOptions.writable())) {
        fill(reopened, 4L * CHUNK, CHUNK, 'y');
        assertThatThrownBy(() -> next.store().resume("snap-1", CutSource.of(reopened)))
            .isInstanceOf(VolumeChangedException.class);
      }
      task.awaitEnd();
      assertThat(next.store().state("snap-1")).contains(State.FAILED);
    }
  }

  @Test
  void givesUpASnapshotOfWhichACopiedChunkIsLost() throws Exception {
    takeBlocked("snap-1", doomedVolume(), 2);
    List<ChunkDigest> copied = new ArrayList<>();
    disk.forEach(copied::add);
    disk.delete(copied.getFirst());

    try (SnapshotLab next = lab.kill(afterwards, disk)) {
      assertThat(next.store().state("snap-1")).contains(State.FAILED);
      assertThat(next.store().failure("snap-1").orElseThrow()).contains("made durable");
    }
  }

  @Test
  void completesASnapshotWhoseSourceCannotBeClosed() throws Exception {
    try (Volume volume = sixChunks("vol-1")) {
      CutSource source =
          new CutSource(
              volume,
              () -> {
                throw new IOException("no space left");
              });
      await(lab.store().take("snap-1", source));
    }
    assertThat(lab.store().state("snap-1")).contains(State.COMPLETED);
  }

  @Test
  void aDeletionIsNotForgottenWhenTheStoreClosesMeanwhile() {
    SnapshotTask task = new SnapshotTask("snap-1", Kind.TAKE, InstantSource.system());
    task.stop(SnapshotTask.Stop.DELETE);
    task.stop(SnapshotTask.Stop.CLOSE);

    assertThatThrownBy(task::checkpoint).hasMessageContaining("deleted");
  }

  @Test
  void declaresASnapshotFailedThatWasPendingWhenTheMachineCrashed() throws Exception {
    Volume volume = doomedVolume();
    await(lab.store().take("snap-0", CutSource.of(volume)));
    fill(volume, 0, 6 * CHUNK, 'b');
    SnapshotTask task = takeBlocked("snap-1", volume, 2);
    assertThat(task.progress().chunksDone()).isEqualTo(2);
    lab.nextBoot();

    try (SnapshotLab next = lab.kill(afterwards, disk)) {
      assertThat(next.store().state("snap-1")).contains(State.FAILED);
      assertThat(next.store().failure("snap-1").orElseThrow()).contains("started anew");
      assertThat(next.store().interrupted()).isEmpty();
      next.store().settle();
      assertThat(disk.size()).isEqualTo(6);

      next.restart();
      assertThat(next.store().state("snap-1")).contains(State.FAILED);
      next.store().delete("snap-1");
      assertThat(next.store().state("snap-1")).isEmpty();
    }
  }

  @Test
  void sweepsChunksThatACrashedMachineForgot() throws Exception {
    disk.put(SnapshotFixtures.digest("lost"), ByteBuffer.wrap(new byte[] {1}));
    Volume volume = doomedVolume();
    takeBlocked("snap-1", volume, 2);
    lab.nextBoot();

    try (SnapshotLab next = lab.kill(afterwards, disk)) {
      next.store().settle();
      assertThat(disk.size()).isZero();
    }
  }

  @Test
  void continuesByItselfAfterADeathBetweenTheLastChunkAndTheEnd() throws Exception {
    for (int commits = 0; commits < 3; commits++) {
      for (boolean applied : new boolean[] {false, true}) {
        String id = "snap-" + commits + (applied ? "-applied" : "");
        try (Volume volume = sixChunks("vol-" + id)) {
          byte[] before = content(volume);
          metadata.dieAfterCommits(commits, applied);
          SnapshotTask task = lab.store().take(id, CutSource.of(volume));
          task.completion().handle((facts, failure) -> true).join();
          fill(volume, 0, CHUNK, 'z');
          metadata.faults().disarm();

          lab.reboot();
          lab.store().task(id).ifPresent(SnapshotLab::await);

          assertThat(lab.store().state(id)).contains(State.COMPLETED);
          assertThat(lab.contentOf(id, "vol-" + id)).isEqualTo(before);
        }
      }
    }
    for (int commits = 0; commits < 3; commits++) {
      lab.store().delete("snap-" + commits);
      lab.store().delete("snap-" + commits + "-applied");
    }
    lab.store().settle();
    assertThat(disk.size()).isZero();
    assertThat(metadata.scan("snapshot-store/", null, 10)).isEmpty();
  }

  @Test
  void continuesADeletionAfterADeathAtAnyCommit() throws Exception {
    int deaths = 0;
    for (int commits = 0; commits < 8; commits++) {
      try (Volume volume = sixChunks("vol-" + commits)) {
        lab.take("snap-" + commits, volume);
      }
      metadata.dieAfterCommits(commits, commits % 2 == 0);
      try {
        lab.store().delete("snap-" + commits);
        awaitHousekeeping();
      } catch (Killed e) {
        deaths++;
      }
      metadata.faults().disarm();
      lab.restart();
      if (lab.store().state("snap-" + commits).isPresent()) {
        lab.store().delete("snap-" + commits);
      }
      lab.store().settle();
      assertThat(disk.size()).isZero();
      assertThat(metadata.scan("snapshot-store/", null, 10)).isEmpty();
      assertThat(lab.store().manifest("snap-" + commits)).isEmpty();
    }
    assertThat(deaths).isPositive();
  }

  @Test
  void pausesWhenTheVolumeIsDetachedAndGoesOnWhenItIsBack() throws Exception {
    byte[] before;
    PausedVolume source;
    try (Volume volume = sixChunks("vol-1")) {
      before = content(volume);
      source = new PausedVolume(volume);
      lab.store().take("snap-1", source.source());
      source.awaitPaused();
    }
    source.release();
    SnapshotTask task = lab.store().task("snap-1").orElseThrow();
    while (task.state() != State.INTERRUPTED) {
      Thread.sleep(1);
    }
    lab.store().resume("snap-1", CutSource.of(lab.openSealed("vol-1")));
    await(task);

    assertThat(lab.contentOf("snap-1", "vol-1")).isEqualTo(before);
  }

  @Test
  void losesASnapshotWhoseVolumeGoesOnWithoutTheStore() throws Exception {
    try (Volume volume = sixChunks("vol-1")) {
      takeBlocked("snap-1", volume, 2);
      chunks.faults().disarmSoon();
      lab.restart();
      fill(volume, 0, 6 * CHUNK, 'z');

      assertThat(lab.store().state("snap-1")).contains(State.FAILED);
      assertThat(lab.store().failure("snap-1").orElseThrow()).contains("went on without it");
    }
  }

  @Test
  void continuesAnInterruptedCopyWhereItWas() throws Exception {
    byte[] before;
    try (Volume volume = sixChunks("vol-1")) {
      before = content(volume);
      lab.take("snap-1", volume);
    }
    chunks.blockTasksAfter(2);
    try (SecretBytes source = Objects.requireNonNull(SnapshotLab.keyOf("vol-1", XTS));
        SecretBytes target = Objects.requireNonNull(SnapshotLab.keyOf("copy", XTS))) {
      lab.store().reencrypt("snap-1", source, "snap-2", newKey(XTS), target);
      chunks.faults().awaitHanging();
      while (disk.size() < 8) {
        Thread.sleep(1);
      }
      lab.nextBoot();

      try (SnapshotLab next = lab.kill(afterwards, disk)) {
        InterruptedSnapshot interrupted = next.store().interrupted().getFirst();
        assertThat(interrupted.kind()).isEqualTo(Kind.REENCRYPT);
        assertThat(interrupted.sourceId()).isEqualTo("snap-1");
        assertThat(interrupted.facts().key()).isEqualTo(SnapshotLab.wrapping("copy"));
        next.store().delete("snap-1");
        next.store().settle();
        assertThat(disk.size()).as("the source stays").isGreaterThanOrEqualTo(8);

        await(next.store().resume("snap-2", source, target));

        assertThat(next.contentOf("snap-2", "copy")).isEqualTo(before);
        next.store().settle();
        assertThat(disk.size()).isEqualTo(6);
      }
    }
  }

  @Test
  void givesAnInterruptedSnapshotUpWhenItIsDeleted() throws Exception {
    Volume volume = doomedVolume();
    takeBlocked("snap-1", volume, 2);
    try (SnapshotLab next = lab.kill(afterwards, disk)) {
      next.store().delete("snap-1");
      next.store().settle();

      assertThat(next.store().state("snap-1")).isEmpty();
      assertThat(disk.size()).isZero();
      assertThat(next.snapshots().resolve("pending")).isEmptyDirectory();
    }
  }

  @Test
  void refusesToResumeAnotherVolumeOrNothing() throws Exception {
    Volume volume = doomedVolume();
    takeBlocked("snap-1", volume, 2);
    try (SnapshotLab next = lab.kill(afterwards, disk);
        Volume other = next.newVolume("vol-2", CHUNK, XTS)) {
      assertThatThrownBy(() -> next.store().resume("snap-1", CutSource.of(other)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("vol-1");
      assertThatThrownBy(() -> next.store().resume("snap-9", CutSource.of(other)))
          .isInstanceOf(SnapshotNotFoundException.class);
    }
  }

  @Test
  void oneProcessAtATimeHasTheStore() {
    assertThatThrownBy(() -> SnapshotLab.open(directory, metadata, disk))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use");
  }

  private Volume sixChunks(String id) throws IOException {
    Volume volume = lab.newVolume(id, 6 * CHUNK, XTS);
    fill(volume, 0, 6 * CHUNK, 'a');
    volume.flush();
    return volume;
  }

  /// A volume that is not closed when its process is killed.
  private Volume doomedVolume() throws IOException {
    Volume volume = sixChunks("vol-1");
    killed.add(volume);
    return volume;
  }

  /// Begins a snapshot that has copied `copied` chunks and waits in the next.
  private SnapshotTask takeBlocked(String id, Volume volume, int copied) throws Exception {
    chunks.blockTasksAfter(copied);
    SnapshotTask task = lab.store().take(id, CutSource.of(volume));
    chunks.faults().awaitHanging();
    return task;
  }

  /// Waits for housekeeping, which may die.
  private void awaitHousekeeping() throws InterruptedException {
    for (int i = 0; i < 50 && !metadata.scan("snapshot-store/", null, 1).isEmpty(); i++) {
      Thread.sleep(2);
    }
  }
}
