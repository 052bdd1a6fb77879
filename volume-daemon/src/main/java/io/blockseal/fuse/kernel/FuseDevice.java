package io.blockseal.fuse.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/// A descriptor of `/dev/fuse`: a connection to the kernel, or another door to the same one.
///
/// Requests wait in one queue whatever the door; a request is answered through the door that it
/// came through, so that threads with a door each do not meet at a lock.
///
/// Thread-safe.
public final class FuseDevice implements Closeable {
  private static final String PATH = "/dev/fuse";

  /// `FUSE_DEV_IOC_CLONE`, which is `_IOR(229, 0, uint32_t)`.
  private static final long CLONE = 0x8004e500L;

  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  FuseDevice(int descriptor) {
    this.descriptor = descriptor;
  }

  /// A new descriptor that belongs to no mount yet.
  static FuseDevice open() throws IOException {
    int descriptor = LinuxCalls.open(PATH, LinuxCalls.O_RDWR | LinuxCalls.O_CLOEXEC);
    if (descriptor < 0) {
      throw new IOException("cannot open %s: errno %d".formatted(PATH, -descriptor));
    }
    return new FuseDevice(descriptor);
  }

  /// Another door to the connection of this one.
  ///
  /// @throws IOException if the device may not be opened, which users other than root may meet
  public FuseDevice another() throws IOException {
    FuseDevice door = open();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment original = arena.allocateFrom(ValueLayout.JAVA_INT, descriptor);
      int errno = LinuxCalls.ioctl(door.descriptor, CLONE, original);
      if (errno != 0) {
        throw new IOException("cannot clone a descriptor of %s: errno %d".formatted(PATH, errno));
      }
      return door;
    } catch (IOException e) {
      try (door) {
        throw e;
      }
    }
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    int errno = LinuxCalls.close(descriptor);
    if (errno != 0) {
      throw new IOException("cannot close %s: errno %d".formatted(PATH, errno));
    }
  }
}
