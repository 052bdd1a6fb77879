package io.blockseal.snapshot;

import io.blockseal.snapshot.ChunkScratch.PlainChunk;
import io.blockseal.volume.block.Geometry;
import java.nio.ByteBuffer;

/// Reads the chunks of volumes that are not encrypted, where a unit of zeros counts as never
/// written. Thread-safe.
final class PlainCodec implements ChunkDecoder {
  private final Geometry geometry;

  PlainCodec(Geometry geometry) {
    this.geometry = geometry;
  }

  @Override
  public void decode(long chunk, ByteBuffer stored, PlainChunk plain) {
    int units = geometry.unitsInChunk(chunk);
    markWritten(stored, units, plain);
    plain.forEachRun((unit, count) -> plain.units(unit, count).put(units(stored, unit, count)));
  }

  @Override
  public void close() {}

  /// Notes which units of an untagged chunk are not zeros.
  static void markWritten(ByteBuffer stored, int units, PlainChunk plain) {
    plain.written().clear();
    for (int unit = 0; unit < units; unit++) {
      if (!Zeros.only(stored, unit * Geometry.UNIT_BYTES, Geometry.UNIT_BYTES)) {
        plain.written().set(unit);
      }
    }
  }

  static ByteBuffer units(ByteBuffer stored, int unit, int count) {
    return stored.slice(unit * Geometry.UNIT_BYTES, count * Geometry.UNIT_BYTES);
  }
}
