package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.nio.ByteBuffer;

/// A disk of zeros that forgets what is written: what is measured on it is the way there.
/// *Immutable.*
record NullDevice(long sizeBytes) implements BlockDevice {
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1024 * 1024);

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    int length = target.remaining();
    target.put(target.position(), ZEROS, 0, length); // unlike a duplicate, this allocates nothing
    target.position(target.limit());
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    source.position(source.limit());
  }

  @Override
  public void discard(long offset, long lengthBytes) {}

  @Override
  public void flush() {}
}
