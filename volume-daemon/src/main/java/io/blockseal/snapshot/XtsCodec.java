package io.blockseal.snapshot;

import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.XtsCipher;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Chunks under AES-256-XTS, where a unit whose ciphertext is zeros was never written. Thread-safe.
final class XtsCodec implements ChunkDecoder, ChunkEncoder {
  private final Geometry geometry;
  private final XtsCipher cipher;

  XtsCodec(Geometry geometry, SecretBytes dataKey) {
    this.geometry = geometry;
    this.cipher = new XtsCipher(dataKey, Geometry.UNIT_BYTES);
  }

  @Override
  public void decode(long chunk, ByteBuffer stored, PlainChunk plain) {
    long first = Geometry.firstUnitOf(chunk);
    PlainCodec.markWritten(stored, geometry.unitsInChunk(chunk), plain);
    plain.forEachRun(
        (unit, count) ->
            cipher.decrypt(
                first + unit, PlainCodec.units(stored, unit, count), plain.units(unit, count)));
  }

  @Override
  public boolean encode(long chunk, PlainChunk plain, ByteBuffer stored) {
    long first = Geometry.firstUnitOf(chunk);
    MemorySegment.ofBuffer(stored).fill((byte) 0);
    plain.forEachRun(
        (unit, count) ->
            cipher.encrypt(
                first + unit, plain.units(unit, count), PlainCodec.units(stored, unit, count)));
    return !plain.written().isEmpty();
  }

  @Override
  public void close() {
    cipher.close();
  }
}
