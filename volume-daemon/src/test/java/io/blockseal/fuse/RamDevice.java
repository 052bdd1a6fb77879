package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A disk in memory that takes space only where it was written, counts what it is asked for, and
/// fails when told to. Thread-safe; writes to one 64 KiB piece exclude each other.
final class RamDevice implements BlockDevice {
  static final int PIECE_BYTES = 64 * 1024;

  private final ConcurrentMap<Long, byte[]> pieces = new ConcurrentHashMap<>();
  private final AtomicLong flushes = new AtomicLong();
  private final AtomicLong discardedBytes = new AtomicLong();
  private volatile long sizeBytes;
  private volatile boolean readOnly;
  private volatile @Nullable Exception failure;

  RamDevice(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  void grow(long newSizeBytes) {
    sizeBytes = newSizeBytes;
  }

  void makeReadOnly() {
    readOnly = true;
  }

  /// Every later read, write, discard and flush ends in `cause`; null heals.
  void fail(@Nullable Exception cause) {
    failure = cause;
  }

  long flushes() {
    return flushes.get();
  }

  long discardedBytes() {
    return discardedBytes.get();
  }

  long allocatedBytes() {
    return (long) pieces.size() * PIECE_BYTES;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    mayFail();
    Objects.checkFromIndexSize(offset, target.remaining(), sizeBytes);
    long at = offset;
    while (target.hasRemaining()) {
      int inPiece = (int) (at % PIECE_BYTES);
      int length = Math.min(target.remaining(), PIECE_BYTES - inPiece);
      byte[] piece = pieces.get(at / PIECE_BYTES);
      if (piece == null) {
        target.put(new byte[length]);
      } else {
        synchronized (piece) {
          target.put(piece, inPiece, length);
        }
      }
      at += length;
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    mayFail();
    Objects.checkFromIndexSize(offset, source.remaining(), sizeBytes);
    long at = offset;
    while (source.hasRemaining()) {
      int inPiece = (int) (at % PIECE_BYTES);
      int length = Math.min(source.remaining(), PIECE_BYTES - inPiece);
      byte[] piece = pieces.computeIfAbsent(at / PIECE_BYTES, _ -> new byte[PIECE_BYTES]);
      synchronized (piece) {
        source.get(piece, inPiece, length);
      }
      at += length;
    }
  }

  @Override
  public void discard(long offset, long lengthBytes) throws IOException {
    mayFail();
    Objects.checkFromIndexSize(offset, lengthBytes, sizeBytes);
    discardedBytes.addAndGet(lengthBytes);
    long at = offset;
    long end = offset + lengthBytes;
    while (at < end) {
      int inPiece = (int) (at % PIECE_BYTES);
      int length = (int) Math.min(end - at, PIECE_BYTES - inPiece);
      byte[] piece = pieces.get(at / PIECE_BYTES);
      if (piece != null && length == PIECE_BYTES) {
        pieces.remove(at / PIECE_BYTES);
      } else if (piece != null) {
        synchronized (piece) {
          Arrays.fill(piece, inPiece, inPiece + length, (byte) 0);
        }
      }
      at += length;
    }
  }

  @Override
  public void flush() throws IOException {
    mayFail();
    flushes.incrementAndGet();
  }

  private void mayFail() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new IOException(e);
    }
  }
}
