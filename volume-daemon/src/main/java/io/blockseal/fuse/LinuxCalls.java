package io.blockseal.fuse;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/// The system calls of mounting that the JDK has no name for. Thread-safe.
final class LinuxCalls {
  static final int MNT_FORCE = 1;
  static final int MNT_DETACH = 2;

  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EBUSY = 16;

  private static final int PR_SET_IO_FLUSHER = 57;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle UMOUNT2 =
      handle(
          "umount2",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle READ =
      handle(
          "read",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle WRITE =
      handle(
          "write",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle PRCTL =
      handle(
          "prctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.firstVariadicArg(1));

  private LinuxCalls() {}

  /// `umount2(2)`.
  ///
  /// @return 0 or the errno
  static int unmount(Path mountPoint, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      int result =
          (int) UMOUNT2.invokeExact(state, arena.allocateFrom(mountPoint.toString()), flags);
      return result == 0 ? 0 : (int) ERRNO_VALUE.get(state, 0L);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("umount2", e);
    }
  }

  /// `read(2)`, repeated while signals interrupt it.
  ///
  /// @return the number of bytes, or the negative errno
  static long read(int descriptor, MemorySegment target) {
    return transfer(READ, descriptor, target);
  }

  /// `write(2)`, repeated while signals interrupt it.
  ///
  /// @return the number of bytes, or the negative errno
  static long write(int descriptor, MemorySegment source) {
    return transfer(WRITE, descriptor, source);
  }

  private static long transfer(MethodHandle call, int descriptor, MemorySegment bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      while (true) {
        long result = (long) call.invokeExact(state, descriptor, bytes, bytes.byteSize());
        int errno = result >= 0 ? 0 : (int) ERRNO_VALUE.get(state, 0L);
        if (errno != EINTR) {
          return errno == 0 ? result : -errno;
        }
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("read or write", e);
    }
  }

  /// Tells the kernel that the calling thread serves I/O, so that its allocations do not wait for
  /// write-back that may end here. It needs `CAP_SYS_RESOURCE`.
  ///
  /// @return 0 or the errno
  static int setIoFlusher() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      int result = (int) PRCTL.invokeExact(state, PR_SET_IO_FLUSHER, 1L, 0L, 0L, 0L);
      return result == 0 ? 0 : (int) ERRNO_VALUE.get(state, 0L);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("prctl", e);
    }
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = ERRNO;
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }
}
