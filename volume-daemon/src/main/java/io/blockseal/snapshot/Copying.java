package io.blockseal.snapshot;

import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.PendingSnapshot.Origin;
import io.blockseal.snapshot.SnapshotTask.Kind;
import io.blockseal.snapshot.SnapshotUses.Use;
import io.blockseal.volume.engine.ChunkSet;
import io.blockseal.volume.format.CipherSpec;
import io.blockseal.volume.format.EpochTable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Beginning copies of snapshots, and taking them up again. Thread-safe.
final class Copying {
  private final SnapshotParts parts;
  private final SecureRandom random;

  Copying(SnapshotParts parts, SecureRandom random) {
    this.parts = parts;
    this.random = random;
  }

  /// A copy that names the same chunks.
  SnapshotTask share(String sourceId, String newId, @Nullable WrappedKey wrapping)
      throws IOException {
    parts.admit(newId);
    try (StoredChunks source = parts.openFor(newId, sourceId)) {
      SnapshotFacts from = source.facts();
      SnapshotFacts facts = copyOf(from, newId, from.cipher(), from.lineageId(), wrapping);
      SnapshotJob job = begin(Kind.SHARE, facts, source.manifest().epochTable(), sourceId);
      parts.start(job, SnapshotWork.NONE);
      return job.task();
    } catch (IOException | RuntimeException e) {
      parts.forgetBeginning(newId, e);
      throw e;
    }
  }

  /// A copy whose chunks are encrypted anew.
  SnapshotTask reencrypt(
      String sourceId,
      @Nullable SecretBytes sourceKey,
      String newId,
      NewKey target,
      SecretBytes targetKey)
      throws IOException {
    parts.admit(newId);
    try {
      StoredChunks source = parts.openFor(newId, sourceId);
      try {
        SnapshotFacts facts =
            copyOf(source.facts(), newId, target.cipher(), target.lineageId(), target.wrapping());
        EpochTable epochs = newEpochs(facts);
        ChunkTranscoder transcoder = transcoder(source, sourceKey, facts, epochs, targetKey);
        SnapshotJob job = begin(Kind.REENCRYPT, facts, epochs.toBytes(), sourceId);
        parts.start(job, work(job, source, transcoder, ChunkSet.empty()));
        return job.task();
      } catch (IOException | RuntimeException e) {
        source.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      parts.forgetBeginning(newId, e);
      throw e;
    }
  }

  /// Takes up an interrupted [#reencrypt].
  SnapshotTask resume(SnapshotJob job, @Nullable SecretBytes sourceKey, SecretBytes targetKey)
      throws IOException {
    PendingSnapshot pending = job.pending();
    StoredChunks source = parts.openSource(Objects.requireNonNull(pending.origin().sourceId()));
    try {
      EpochTable epochs = EpochTable.parse(pending.epochTable());
      ChunkSet done = pending.stored(parts.chunks());
      ChunkTranscoder transcoder =
          transcoder(source, sourceKey, pending.facts(), epochs, targetKey);
      SnapshotWork work = work(job, source, transcoder, done);
      job.task().continueFrom(done.count());
      if (!job.task().offer(work)) {
        work.close();
        throw new IllegalStateException(
            "snapshot %s is not interrupted, it is %s"
                .formatted(job.snapshotId(), job.task().state()));
      }
      return job.task();
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private SnapshotJob begin(Kind kind, SnapshotFacts facts, byte[] epochTable, String sourceId)
      throws IOException {
    Path directory = parts.files().pending(facts.snapshotId());
    Use use =
        parts.use(sourceId).orElseThrow(() -> new SnapshotNotFoundException(sourceId, "copy"));
    try {
      PendingSnapshot pending =
          PendingSnapshot.begin(
              directory,
              facts,
              epochTable,
              new Origin(kind, parts.bootId(), sourceId, null),
              ChunkSet.empty(),
              PendingSnapshot.prepare(directory));
      return new SnapshotJob(
          new SnapshotTask(facts.snapshotId(), kind, parts.clock()),
          pending,
          parts.pins().openSet(facts.geometry().chunkCount()),
          use,
          null);
    } catch (IOException | RuntimeException e) {
      use.close();
      throw e;
    }
  }

  private SnapshotWork work(
      SnapshotJob job, StoredChunks source, ChunkTranscoder transcoder, ChunkSet done) {
    job.task().expect(source.manifest().entries(), source.facts().sizeBytes());
    ChunkIntake intake =
        new ChunkIntake(parts.chunks(), job.pins(), job.pending().slots(), job.task());
    return new ReencryptWork(
        job.task(), source, transcoder, intake, parts.scratches(), parts.turns(), done);
  }

  private static ChunkTranscoder transcoder(
      StoredChunks source,
      @Nullable SecretBytes sourceKey,
      SnapshotFacts facts,
      EpochTable epochs,
      SecretBytes targetKey)
      throws IOException {
    EpochTable sourceEpochs = EpochTable.parse(source.manifest().epochTable());
    ChunkDecoder decoder = ChunkDecoder.of(source.facts(), sourceEpochs, sourceKey);
    try {
      return new ChunkTranscoder(
          decoder, ChunkEncoder.of(facts, epochs, targetKey), facts.geometry().storedChunkBytes());
    } catch (RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  private static SnapshotFacts copyOf(
      SnapshotFacts from,
      String newId,
      CipherSpec cipher,
      String lineageId,
      @Nullable WrappedKey wrapping) {
    return new SnapshotFacts(
        newId, from.volumeId(), from.sizeBytes(), cipher, lineageId, wrapping, null);
  }

  private EpochTable newEpochs(SnapshotFacts facts) {
    if (!facts.cipher().tagged()) {
      return EpochTable.empty();
    }
    byte[] salt = new byte[EpochTable.SALT_BYTES];
    random.nextBytes(salt);
    return EpochTable.empty().with(salt);
  }
}
