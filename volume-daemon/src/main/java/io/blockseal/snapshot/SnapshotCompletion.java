package io.blockseal.snapshot;

import io.blockseal.volume.engine.ChunkSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The last steps of a pending snapshot whose chunks are all stored: its manifest is written, its
/// references are counted, and it gets its place among the completed ones. Each step can be
/// repeated by the next process. Thread-safe for different snapshots.
final class SnapshotCompletion {
  private final SnapshotFiles files;
  private final ChunkStore chunks;
  private final ChunkReferences references;
  private final Manifests manifests;

  SnapshotCompletion(
      SnapshotFiles files, ChunkStore chunks, ChunkReferences references, Manifests manifests) {
    this.files = files;
    this.chunks = chunks;
    this.references = references;
    this.manifests = manifests;
  }

  /// Makes the chunks durable, then the manifest. From here on nothing but references is missing.
  void assemble(PendingSnapshot pending) throws IOException {
    if (Files.exists(pending.manifest())) {
      return;
    }
    chunks.sync();
    Path draft = pending.manifest().resolveSibling("manifest.part");
    try (ManifestWriter writer =
        ManifestWriter.create(draft, pending.facts(), pending.epochTable())) {
      Assembly assembly = new Assembly(writer, pending.changed());
      try (Manifest base = base(pending)) {
        assembly.write(base, pending.slots());
      }
      if (assembly.filled != pending.changed().count() && takesChanges(pending)) {
        throw new IOException(
            "snapshot %s has %d of %d changed chunks"
                .formatted(
                    pending.facts().snapshotId(), assembly.filled, pending.changed().count()));
      }
      writer.finish();
    }
    DurableFiles.move(draft, pending.manifest());
  }

  /// Counts the references of an assembled snapshot and completes it.
  void publish(PendingSnapshot pending) throws IOException {
    String snapshotId = pending.facts().snapshotId();
    try (Manifest manifest = Manifest.open(pending.manifest())) {
      manifest.verify();
      references.add(snapshotId, manifest);
    }
    DurableFiles.move(pending.manifest(), files.manifest(snapshotId));
  }

  /// The snapshot whose entries stand for the chunks that did not change.
  private @Nullable Manifest base(PendingSnapshot pending) throws IOException {
    String sourceId = pending.origin().sourceId();
    return sourceId == null || pending.origin().kind() == SnapshotTask.Kind.REENCRYPT
        ? null
        : manifests.open(sourceId);
  }

  private static boolean takesChanges(PendingSnapshot pending) {
    return pending.origin().kind() == SnapshotTask.Kind.TAKE;
  }

  /// The merge of a base and the chunks that replace its own, both ascending.
  private static final class Assembly {
    private final ManifestWriter writer;
    private final ChunkSet changed;
    private long filled;
    private long index;

    private Assembly(ManifestWriter writer, ChunkSet changed) {
      this.writer = writer;
      this.changed = changed;
    }

    private void write(@Nullable Manifest base, DigestSlots slots) throws IOException {
      slots.forEach(
          (chunk, digest) -> {
            copyBase(base, chunk);
            filled++;
            if (!digest.equals(DigestSlots.HOLE)) {
              writer.add(chunk, digest);
            }
          });
      copyBase(base, Long.MAX_VALUE);
    }

    /// Copies what did not change below `end`.
    private void copyBase(@Nullable Manifest base, long end) throws IOException {
      if (base == null) {
        return;
      }
      for (; index < base.entries(); index++) {
        ManifestEntry entry = base.entry(index);
        if (entry.chunk() >= end) {
          return;
        }
        if (!changed.contains(entry.chunk())) {
          writer.add(entry.chunk(), entry.digest());
        }
      }
    }
  }
}
