package io.blockseal.snapshot;

import io.blockseal.volume.engine.ChunkSet;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Copying the chunks of another snapshot, encrypted anew, several at once.
final class ReencryptWork implements SnapshotWork {
  private final SnapshotTask task;
  private final StoredChunks source;
  private final ChunkTranscoder transcoder;
  private final ChunkIntake intake;
  private final ChunkScratchPool scratches;
  private final Turns turns;
  private final ChunkSet done;

  /// @param done the chunks whose slots are filled already
  ReencryptWork(
      SnapshotTask task,
      StoredChunks source,
      ChunkTranscoder transcoder,
      ChunkIntake intake,
      ChunkScratchPool scratches,
      Turns turns,
      ChunkSet done) {
    this.task = task;
    this.source = source;
    this.transcoder = transcoder;
    this.intake = intake;
    this.scratches = scratches;
    this.turns = turns;
    this.done = done;
  }

  @Override
  public void run() throws IOException {
    source.forEach(
        entry -> {
          if (!done.contains(entry.chunk())) {
            try (Turns.Turn turn = turns.await(task)) {
              scratches.use(scratch -> copy(entry, scratch));
            }
            intake.relieve();
          }
        });
  }

  @Override
  public void close() {
    transcoder.close();
    source.close();
  }

  private void copy(ManifestEntry entry, ChunkScratch scratch) throws IOException {
    ByteBuffer stored = scratch.source(source.chunkBytes());
    source.read(entry, stored);
    intake.take(entry.chunk(), transcoder.transcode(entry.chunk(), stored, scratch));
  }
}
