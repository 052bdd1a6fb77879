package io.blockseal.snapshot;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Chunks in a map. Thread-safe.
final class MemoryChunkStore implements ChunkStore {
  private final Map<ChunkDigest, byte[]> chunks = new ConcurrentHashMap<>();
  private volatile boolean closed;

  @Override
  public boolean put(ChunkDigest digest, ByteBuffer stored) {
    checkOpen();
    byte[] bytes = new byte[stored.remaining()];
    stored.duplicate().get(bytes);
    return chunks.putIfAbsent(digest, bytes) == null;
  }

  @Override
  public void get(ChunkDigest digest, ByteBuffer target) throws ChunkUnreadableException {
    checkOpen();
    byte[] bytes = chunks.get(digest);
    if (bytes == null) {
      throw new ChunkUnreadableException(digest, "it is not there");
    }
    if (bytes.length != target.remaining()) {
      throw new ChunkUnreadableException(
          digest, "it has %d bytes, not %d".formatted(bytes.length, target.remaining()));
    }
    ChunkDigest found = ChunkDigest.of(ByteBuffer.wrap(bytes));
    if (!found.equals(digest)) {
      throw new ChunkUnreadableException(digest, "its bytes were altered");
    }
    target.put(bytes);
  }

  @Override
  public boolean contains(ChunkDigest digest) {
    checkOpen();
    return chunks.containsKey(digest);
  }

  @Override
  public boolean delete(ChunkDigest digest) {
    checkOpen();
    return chunks.remove(digest) != null;
  }

  @Override
  public void relieve() {
    checkOpen();
  }

  @Override
  public void sync() {
    checkOpen();
  }

  @Override
  public void forEach(Consumer<ChunkDigest> visitor) {
    checkOpen();
    List.copyOf(chunks.keySet()).forEach(visitor);
  }

  @Override
  public void close() {
    closed = true;
  }

  void damage(ChunkDigest digest) {
    byte[] bytes = Objects.requireNonNull(chunks.get(digest));
    bytes[bytes.length / 2] ^= 1;
  }

  int size() {
    return chunks.size();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("chunk store is closed");
    }
  }
}
