package io.blockseal.volume.engine;

import io.blockseal.volume.block.Geometry;
import io.blockseal.volume.cipher.XtsCipher;
import io.blockseal.volume.format.EpochTable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Units under AES-256-XTS, in place: one read or write of the store and one call of the cipher a
/// piece.
///
/// A unit whose ciphertext is all zeros is a hole and reads as zeros. No written unit is mistaken
/// for one: zeros are encrypted like any other content, and that 4096 bytes encrypt to zeros has a
/// chance of 2^-32768. As on a disk, the write of a unit is as atomic as the medium below makes it:
/// where 4 KiB sectors are written as one, a crash leaves it old or new.
final class XtsUnits implements Units {
  private static final int UNIT = Geometry.UNIT_BYTES;

  private final SyncedStore store;
  private final Extent extent;
  private final XtsCipher cipher;

  /// @param cipher closed with this
  XtsUnits(SyncedStore store, Extent extent, XtsCipher cipher) {
    this.store = store;
    this.extent = extent;
    this.cipher = cipher;
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
    UnitRange range = UnitRange.of(offset, target.remaining());
    if (range.aligned() && target.isDirect()) {
      int start = target.position();
      store.read(home(range.first()), target);
      decrypt(range.first(), target.position(start), target);
      return;
    }
    ByteBuffer data = scratch.data(range.bytes());
    store.read(home(range.first()), data);
    data.flip();
    if (range.aligned()) {
      decrypt(range.first(), data, target);
      return;
    }
    decrypt(range.first(), data, data);
    target.put(data.position(range.head()).limit(range.bytes() - range.tail()));
  }

  /// Whole units are encrypted here, so that others work on the same chunk meanwhile.
  @Override
  public void prepare(long offset, ByteBuffer source, Scratch scratch) {
    UnitRange range = UnitRange.of(offset, source.remaining());
    if (range.aligned()) {
      int start = source.position();
      cipher.encrypt(range.first(), source, scratch.data(range.bytes()));
      source.position(start);
    }
  }

  @Override
  public void write(long offset, ByteBuffer source, Scratch scratch) throws IOException {
    UnitRange range = UnitRange.of(offset, source.remaining());
    if (!range.aligned()) {
      writeInside(range, source, scratch);
      return;
    }
    store.write(home(range.first()), scratch.data(range.bytes()));
    source.position(source.limit());
  }

  @Override
  public void discard(long offset, int lengthBytes, Scratch scratch) throws IOException {
    UnitRange range = UnitRange.of(offset, lengthBytes);
    long first = range.head() == 0 ? range.first() : range.first() + 1;
    long end = range.tail() == 0 ? range.last() + 1 : range.last();
    if (first >= end) {
      writeZeros(offset, lengthBytes, scratch);
      return;
    }
    if (range.head() != 0) {
      writeZeros(offset, UNIT - range.head(), scratch);
    }
    if (range.tail() != 0) {
      writeZeros(end * UNIT, UNIT - range.tail(), scratch);
    }
    store.punchHole(home(first), (end - first) * UNIT);
  }

  @Override
  public EpochTable epochTable() {
    return EpochTable.empty();
  }

  @Override
  public void close() {
    cipher.close();
  }

  /// Zeros inside one or two units that are not discarded as a whole.
  private void writeZeros(long offset, int lengthBytes, Scratch scratch) throws IOException {
    writeInside(UnitRange.of(offset, lengthBytes), ByteBuffer.allocate(lengthBytes), scratch);
  }

  /// Writes a range that begins or ends inside a unit.
  private void writeInside(UnitRange range, ByteBuffer source, Scratch scratch) throws IOException {
    ByteBuffer data = scratch.data(range.bytes());
    merge(range, source, data);
    data.flip();
    cipher.encrypt(range.first(), data, data);
    store.write(home(range.first()), data.flip());
  }

  /// Fills `data` with `source`, and around it with what the first and the last unit hold now.
  private void merge(UnitRange range, ByteBuffer source, ByteBuffer data) throws IOException {
    if (range.head() != 0) {
      readUnit(range.first(), data.slice(0, UNIT));
    }
    if (range.tail() != 0 && (range.count() > 1 || range.head() == 0)) {
      readUnit(range.last(), data.slice(range.bytes() - UNIT, UNIT));
    }
    data.position(range.head()).put(source).position(range.bytes());
  }

  private void readUnit(long unit, ByteBuffer plain) throws IOException {
    store.read(home(unit), plain);
    plain.flip();
    decrypt(unit, plain, plain);
  }

  /// Decrypts all of `data` to the position of `target`, which may be the very same buffer: runs of
  /// units, and zeros for holes. Both positions advance.
  private void decrypt(long firstUnit, ByteBuffer data, ByteBuffer target) {
    int start = data.position();
    int end = data.limit();
    for (int run = start; run < end; ) {
      boolean hole = ZeroBytes.at(data, run, UNIT);
      int next = run + UNIT;
      while (next < end && ZeroBytes.at(data, next, UNIT) == hole) {
        next += UNIT;
      }
      if (hole) {
        ZeroBytes.put(target, next - run);
        data.position(next);
      } else {
        cipher.decrypt(firstUnit + (run - start) / UNIT, data.limit(next), target);
        data.limit(end);
      }
      run = next;
    }
  }

  private long home(long unit) {
    return extent.geometry().unitHome(unit);
  }
}
