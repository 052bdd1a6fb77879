package io.blockseal.fuse.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/// The system calls of mounting and of `/dev/fuse` that the JDK has no name for. Thread-safe.
///
/// None is marked as critical: those that matter wait, or copy up to a megabyte.
public final class LinuxCalls {
  public static final int MNT_FORCE = 1;
  public static final int MNT_DETACH = 2;

  public static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  public static final int EBUSY = 16;
  static final int ENODEV = 19;
  static final int ECONNABORTED = 103;
  static final int ENOTCONN = 107;

  static final int O_RDWR = 2;
  static final int O_CLOEXEC = 0x80000;

  static final int MS_NOSUID = 2;
  static final int MS_NODEV = 4;

  private static final int PR_SET_IO_FLUSHER = 57;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle UMOUNT2 =
      handle(
          "umount2",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle MOUNT =
      handle(
          "mount",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS));
  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ = handle("read", transferring());
  private static final MethodHandle WRITE = handle("write", transferring());
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
  public static int unmount(Path mountPoint, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoRoom(arena);
      int result =
          (int) UMOUNT2.invokeExact(errno, arena.allocateFrom(mountPoint.toString()), flags);
      return result == 0 ? 0 : errno(errno);
    } catch (Throwable e) {
      throw unexpected("umount2", e);
    }
  }

  /// `mount(2)`.
  ///
  /// @return 0 or the errno
  static int mount(String source, Path mountPoint, String type, long flags, String options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoRoom(arena);
      int result =
          (int)
              MOUNT.invokeExact(
                  errno,
                  arena.allocateFrom(source),
                  arena.allocateFrom(mountPoint.toString()),
                  arena.allocateFrom(type),
                  flags,
                  arena.allocateFrom(options));
      return result == 0 ? 0 : errno(errno);
    } catch (Throwable e) {
      throw unexpected("mount", e);
    }
  }

  /// `open(2)`.
  ///
  /// @return the descriptor, or the negative errno
  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoRoom(arena);
      int descriptor = (int) OPEN.invokeExact(errno, arena.allocateFrom(path), flags);
      return descriptor >= 0 ? descriptor : -errno(errno);
    } catch (Throwable e) {
      throw unexpected("open", e);
    }
  }

  /// `close(2)`.
  ///
  /// @return 0 or the errno; the descriptor is closed in any case
  static int close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoRoom(arena);
      int result = (int) CLOSE.invokeExact(errno, descriptor);
      return result == 0 ? 0 : errno(errno);
    } catch (Throwable e) {
      throw unexpected("close", e);
    }
  }

  /// `ioctl(2)` with a pointer.
  ///
  /// @return 0 or the errno
  static int ioctl(int descriptor, long request, MemorySegment argument) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoRoom(arena);
      int result = (int) IOCTL.invokeExact(errno, descriptor, request, argument);
      return result == 0 ? 0 : errno(errno);
    } catch (Throwable e) {
      throw unexpected("ioctl", e);
    }
  }

  /// `read(2)`, repeated while signals interrupt it.
  ///
  /// @return the number of bytes, or the negative errno
  public static long read(int descriptor, MemorySegment target) {
    try (Arena arena = Arena.ofConfined()) {
      return read(descriptor, target, target.byteSize(), errnoRoom(arena));
    }
  }

  /// `write(2)`, repeated while signals interrupt it.
  ///
  /// @return the number of bytes, or the negative errno
  public static long write(int descriptor, MemorySegment source) {
    try (Arena arena = Arena.ofConfined()) {
      return write(descriptor, source, source.byteSize(), errnoRoom(arena));
    }
  }

  /// [#read(int, MemorySegment)] of at most `length` bytes, without allocating.
  ///
  /// @param errno from [#errnoRoom], of the calling thread alone
  static long read(int descriptor, MemorySegment target, long length, MemorySegment errno) {
    try {
      while (true) {
        long result = (long) READ.invokeExact(errno, descriptor, target, length);
        if (result >= 0 || errno(errno) != EINTR) {
          return result >= 0 ? result : -errno(errno);
        }
      }
    } catch (Throwable e) {
      throw unexpected("read", e);
    }
  }

  /// [#write(int, MemorySegment)] of the first `length` bytes, without allocating.
  ///
  /// @param errno from [#errnoRoom], of the calling thread alone
  static long write(int descriptor, MemorySegment source, long length, MemorySegment errno) {
    try {
      while (true) {
        long result = (long) WRITE.invokeExact(errno, descriptor, source, length);
        if (result >= 0 || errno(errno) != EINTR) {
          return result >= 0 ? result : -errno(errno);
        }
      }
    } catch (Throwable e) {
      throw unexpected("write", e);
    }
  }

  /// Tells the kernel that the calling thread serves I/O, so that its allocations do not wait for
  /// write-back that may end here. It needs `CAP_SYS_RESOURCE`.
  ///
  /// @return 0 or the errno
  public static int setIoFlusher() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errnoRoom(arena);
      int result = (int) PRCTL.invokeExact(errno, PR_SET_IO_FLUSHER, 1L, 0L, 0L, 0L);
      return result == 0 ? 0 : errno(errno);
    } catch (Throwable e) {
      throw unexpected("prctl", e);
    }
  }

  /// Where a call leaves its errno.
  static MemorySegment errnoRoom(Arena arena) {
    return arena.allocate(Linker.Option.captureStateLayout());
  }

  static int errno(MemorySegment room) {
    return (int) ERRNO_VALUE.get(room, 0L);
  }

  static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = ERRNO;
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /// What a method handle throws that calls no Java: our own mistakes only.
  static AssertionError unexpected(String call, Throwable cause) {
    return new AssertionError(call, cause);
  }

  private static FunctionDescriptor transferring() {
    return FunctionDescriptor.of(
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
  }
}
