package io.blockseal.snapshot;

import io.blockseal.volume.engine.UnreadableUnitException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Turns a stored chunk of one snapshot into the stored chunk of another: other key, other cipher,
/// or encrypted for the first time. What was never written stays so. Pure; thread-safe.
final class ChunkTranscoder implements AutoCloseable {
  private final ChunkDecoder decoder;
  private final ChunkEncoder encoder;
  private final int targetBytes;

  /// @param targetBytes the length of the chunks that `encoder` makes
  ChunkTranscoder(ChunkDecoder decoder, ChunkEncoder encoder, int targetBytes) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.targetBytes = targetBytes;
  }

  /// The other form of `stored`, in a buffer of `scratch`; null if it is a hole.
  @Nullable ByteBuffer transcode(long chunk, ByteBuffer stored, ChunkScratch scratch)
      throws UnreadableUnitException {
    ByteBuffer target = scratch.target(targetBytes);
    decoder.decode(chunk, stored, scratch.plain());
    return encoder.encode(chunk, scratch.plain(), target) ? target : null;
  }

  @Override
  public void close() {
    decoder.close();
    encoder.close();
  }
}
