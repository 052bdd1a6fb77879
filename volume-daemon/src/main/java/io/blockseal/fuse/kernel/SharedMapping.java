package io.blockseal.fuse.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/// A part of a descriptor that is shared with the kernel by `mmap(2)`. Closed when nobody touches
/// the memory any more.
final class SharedMapping implements Closeable {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_POPULATE = 0x8001;

  private static final MethodHandle MMAP =
      LinuxCalls.handle(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MUNMAP =
      LinuxCalls.handle(
          "munmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

  private final MemorySegment memory;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SharedMapping(MemorySegment memory) {
    this.memory = memory;
  }

  /// Maps `length` bytes from `offset` on.
  static SharedMapping of(int descriptor, long offset, long length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = LinuxCalls.errnoRoom(arena);
      long address =
          (long)
              MMAP.invokeExact(
                  errno, 0L, length, PROT_READ_WRITE, MAP_SHARED_POPULATE, descriptor, offset);
      if (address == -1) {
        throw new IOException("mmap: errno " + LinuxCalls.errno(errno));
      }
      return new SharedMapping(MemorySegment.ofAddress(address).reinterpret(length));
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw LinuxCalls.unexpected("mmap", e);
    }
  }

  MemorySegment memory() {
    return memory;
  }

  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = LinuxCalls.errnoRoom(arena);
      int result = (int) MUNMAP.invokeExact(errno, memory.address(), memory.byteSize());
      if (result != 0) {
        throw new IOException("munmap: errno " + LinuxCalls.errno(errno));
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw LinuxCalls.unexpected("munmap", e);
    }
  }
}
