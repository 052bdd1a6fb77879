package io.blockseal.snapshot;

import io.blockseal.snapshot.VerifyReport.BadRange;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.engine.ProgressListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One walk over all chunks of a snapshot. Thread-safe: several chunks are checked at once.
final class Verification {
  private final StoredChunks source;
  private final ChunkScratchPool scratches;
  private final ProgressListener listener;

  // Guarded by this.
  private final TreeMap<Long, String> bad = new TreeMap<>();
  private long checked;
  private long badCount;

  Verification(StoredChunks source, ChunkScratchPool scratches, ProgressListener listener) {
    this.source = source;
    this.scratches = scratches;
    this.listener = listener;
  }

  /// @throws ManifestFormatException if the manifest itself is damaged
  VerifyReport run() throws IOException {
    source.manifest().verify();
    source.forEach(entry -> scratches.use(scratch -> check(entry, scratch)));
    return report();
  }

  private void check(ManifestEntry entry, ChunkScratch scratch) throws IOException {
    try {
      source.read(entry, scratch.source(source.chunkBytes()));
      note(entry.chunk(), null);
    } catch (ChunkUnreadableException e) {
      note(entry.chunk(), e.reason());
    }
  }

  private synchronized void note(long chunk, @Nullable String reason) {
    checked++;
    if (reason != null) {
      badCount++;
      bad.put(chunk, reason);
      if (bad.size() > VerifyReport.MAX_RANGES) {
        bad.pollLastEntry();
      }
    }
    listener.progress(checked, source.manifest().entries());
  }

  private synchronized VerifyReport report() {
    List<BadRange> ranges = new ArrayList<>();
    for (Map.Entry<Long, String> each : bad.entrySet()) {
      add(ranges, each.getKey() * Geometry.CHUNK_BYTES, each.getValue());
    }
    return new VerifyReport(source.facts().snapshotId(), checked, badCount, ranges);
  }

  /// Adds a chunk, joined to the one before it if that lacks the same.
  private void add(List<BadRange> ranges, long offset, String reason) {
    long length = Math.min(Geometry.CHUNK_BYTES, source.facts().sizeBytes() - offset);
    if (!ranges.isEmpty()) {
      BadRange last = ranges.getLast();
      if (last.offset() + last.lengthBytes() == offset && last.reason().equals(reason)) {
        ranges.removeLast();
        ranges.add(new BadRange(last.offset(), last.lengthBytes() + length, reason));
        return;
      }
    }
    ranges.add(new BadRange(offset, length, reason));
  }
}
