package io.blockseal.volume.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One opened file of a [MemoryDisk]. Thread-safe.
public final class MemoryBlockStore implements BlockStore {
  /// Asked before every call.
  interface Gate {
    void pass(boolean changes) throws IOException;
  }

  private final MemoryFile file;
  private final boolean readOnly;
  private final Gate gate;
  private volatile boolean closed;

  MemoryBlockStore(MemoryFile file, boolean readOnly, Gate gate) {
    this.file = file;
    this.readOnly = readOnly;
    this.gate = gate;
  }

  /// A store of its own, on no disk.
  public static MemoryBlockStore standalone() {
    return new MemoryBlockStore(new MemoryFile(MemoryDisk.SECTOR_BYTES), false, changes -> {});
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    pass(false);
    if (target.hasArray()
        && target.arrayOffset() == 0
        && target.remaining() == target.array().length) {
      file.read(offset, target.array());
      target.position(target.limit());
      return;
    }
    byte[] bytes = new byte[target.remaining()];
    file.read(offset, bytes);
    target.put(bytes);
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    pass(true);
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    file.write(offset, bytes);
  }

  @Override
  public void sync(boolean dataOnly) throws IOException {
    pass(true);
    file.sync();
  }

  @Override
  public void dropCached() throws IOException {
    pass(!readOnly);
    file.sync();
    file.dropPhantoms();
  }

  @Override
  public void punchHole(long offset, long lengthBytes) throws IOException {
    pass(true);
    file.punch(offset, lengthBytes);
  }

  @Override
  public long nextData(long offset) throws IOException {
    pass(false);
    return file.nextData(offset);
  }

  @Override
  public long sizeBytes() throws IOException {
    pass(false);
    return file.sizeBytes();
  }

  @Override
  public void resize(long sizeBytes) throws IOException {
    pass(true);
    file.resize(sizeBytes);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void pass(boolean changes) throws IOException {
    if (closed) {
      throw new IOException("the store is closed");
    }
    if (changes && readOnly) {
      throw new IOException("the store is open for reading only");
    }
    gate.pass(changes);
  }
}
