package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.nio.ByteBuffer;

/// A disk that reads as it happens to and forgets what is written. Immutable.
record Nothing(long sizeBytes) implements BlockDevice {
  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    target.position(target.limit());
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    source.position(source.limit());
  }

  @Override
  public void discard(long offset, long lengthBytes) {
    // There is nothing to discard.
  }

  @Override
  public void flush() {
    // There is nothing to flush.
  }
}
