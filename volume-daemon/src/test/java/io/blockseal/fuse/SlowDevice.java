package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/// A disk that says when a read or a flush has reached it and then keeps it until it may proceed.
/// *Immutable.*
record SlowDevice(CountDownLatch entered, CountDownLatch proceed) implements BlockDevice {
  @Override
  public long sizeBytes() {
    return 4096;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    keep();
    target.position(target.limit());
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    source.position(source.limit());
  }

  @Override
  public void discard(long offset, long lengthBytes) {}

  @Override
  public void flush() throws IOException {
    keep();
  }

  private void keep() throws IOException {
    entered.countDown();
    try {
      proceed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }
}
