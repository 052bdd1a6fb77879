package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.format.EpochTable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Units of a volume that is not encrypted: the bytes themselves.
final class PlainUnits implements Units {
  private final SyncedStore store;

  PlainUnits(SyncedStore store) {
    this.store = store;
  }

  @Override
  public int pieceBytes(long offset, long lengthBytes) {
    return UnitRange.pieceBytes(offset, lengthBytes, Scratch.MAX_PIECE_UNITS);
  }

  @Override
  public long admit(long offset, int lengthBytes) {
    return 0;
  }

  @Override
  public void dismiss(long admitted) {
    // Nothing is ever kept.
  }

  @Override
  public void read(long offset, ByteBuffer target, Scratch scratch) throws IOException {
    if (target.isDirect()) {
      store.read(Geometry.DATA_START + offset, target);
      return;
    }
    ByteBuffer data = scratch.data(target.remaining());
    store.read(Geometry.DATA_START + offset, data);
    target.put(data.flip());
  }

  @Override
  public void prepare(long offset, ByteBuffer source, Scratch scratch) {
    // The bytes are as they will be.
  }

  @Override
  public void write(long offset, ByteBuffer source, Scratch scratch) throws IOException {
    if (source.isDirect()) {
      store.write(Geometry.DATA_START + offset, source);
      return;
    }
    ByteBuffer data = scratch.data(source.remaining());
    data.put(source).flip();
    store.write(Geometry.DATA_START + offset, data);
  }

  @Override
  public void discard(long offset, int lengthBytes, Scratch scratch) throws IOException {
    store.punchHole(Geometry.DATA_START + offset, lengthBytes);
  }

  @Override
  public EpochTable epochTable() {
    return EpochTable.empty();
  }

  @Override
  public void close() {
    // There is no key.
  }
}
