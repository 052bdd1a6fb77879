package io.blockseal.volume.engine;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The chunks of one cut, kept in memory over those of its parent: sink and backing of tests.
final class Shelf implements CutSink, Backing {
  private final Map<Long, Optional<byte[]>> chunks = new ConcurrentHashMap<>();
  private final @Nullable Shelf parent;

  Shelf(@Nullable Shelf parent) {
    this.parent = parent;
  }

  @Override
  public void chunk(long chunk, @Nullable ByteBuffer stored) {
    byte[] bytes = null;
    if (stored != null) {
      bytes = new byte[stored.remaining()];
      stored.get(bytes);
    }
    if (chunks.put(chunk, Optional.ofNullable(bytes)) != null) {
      throw new AssertionError("chunk %d came twice".formatted(chunk));
    }
  }

  @Override
  public boolean fetch(long chunk, ByteBuffer target) {
    Optional<byte[]> mine = chunks.get(chunk);
    if (mine == null) {
      return parent != null && parent.fetch(chunk, target);
    }
    if (mine.isEmpty()) {
      return false;
    }
    target.put(mine.get());
    return true;
  }

  /// The chunks that came, holes among them.
  ChunkSet came() {
    return ChunkSet.of(chunks.keySet().stream().mapToLong(Long::longValue));
  }

  /// Whether `chunk` came as a hole.
  boolean hole(long chunk) {
    return new TreeMap<>(chunks).getOrDefault(chunk, Optional.of(new byte[0])).isEmpty();
  }
}
