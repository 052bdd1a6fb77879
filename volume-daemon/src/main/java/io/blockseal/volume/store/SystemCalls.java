package io.blockseal.volume.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The calls of Linux's C library that files need, as plain static methods.
///
/// They are used instead of `FileChannel` because a channel is closed for everybody when a thread
/// that uses it is interrupted, cannot punch holes or find them, and gives its lock away when any
/// other channel of the process on the same file is closed. Each returns what the C function
/// returns, or the negated `errno`. Stateless.
final class SystemCalls {
  static final int READ_ONLY = 0;
  static final int READ_WRITE = 2;
  static final int CREATE = 0x40;
  static final int EXCLUSIVE = 0x80;
  static final int CLOSE_ON_EXEC = 0x80000;
  static final int KEEP_SIZE_AND_PUNCH_HOLE = 0x01 | 0x02;
  static final int SYNC_FILE_RANGE_WRITE = 2;
  static final int FADVISE_DONT_NEED = 4;
  static final int SEEK_DATA = 3;
  static final int SEEK_END = 2;
  static final int LOCK_EXCLUSIVE_OR_FAIL = 0x02 | 0x04;

  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /// Where the C library leaves `errno` of this thread's calls.
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

  private static final MethodHandle OPEN =
      function("open", JAVA_INT, 2, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, -1, JAVA_INT);
  // Memory is passed by its address: a segment would be made for each call.
  private static final MethodHandle PREAD =
      function("pread", JAVA_LONG, -1, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PWRITE =
      function("pwrite", JAVA_LONG, -1, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FSYNC = function("fsync", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle FDATASYNC = function("fdatasync", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle SYNC_FILE_RANGE =
      function("sync_file_range", JAVA_INT, -1, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle POSIX_FADVISE =
      function("posix_fadvise", JAVA_INT, -1, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FALLOCATE =
      function("fallocate", JAVA_INT, -1, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FTRUNCATE =
      function("ftruncate", JAVA_INT, -1, JAVA_INT, JAVA_LONG);
  private static final MethodHandle LSEEK =
      function("lseek", JAVA_LONG, -1, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FLOCK = function("flock", JAVA_INT, -1, JAVA_INT, JAVA_INT);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private SystemCalls() {}

  static int open(String path, int flags, int permissions) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = STATE.get();
      int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, permissions);
      return fd >= 0 ? fd : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int close(int fd) {
    try {
      MemorySegment state = STATE.get();
      return result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long pread(int fd, long target, long lengthBytes, long offset) {
    try {
      MemorySegment state = STATE.get();
      long read = (long) PREAD.invokeExact(state, fd, target, lengthBytes, offset);
      return read >= 0 ? read : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long pwrite(int fd, long source, long lengthBytes, long offset) {
    try {
      MemorySegment state = STATE.get();
      long written = (long) PWRITE.invokeExact(state, fd, source, lengthBytes, offset);
      return written >= 0 ? written : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int fsync(int fd) {
    try {
      MemorySegment state = STATE.get();
      return result((int) FSYNC.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int fdatasync(int fd) {
    try {
      MemorySegment state = STATE.get();
      return result((int) FDATASYNC.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int syncFileRange(int fd, long offset, long lengthBytes, int flags) {
    try {
      MemorySegment state = STATE.get();
      return result(
          (int) SYNC_FILE_RANGE.invokeExact(state, fd, offset, lengthBytes, flags), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Unlike the others the C function answers with the error number itself.
  static int posixFadvise(int fd, long offset, long lengthBytes, int advice) {
    try {
      MemorySegment state = STATE.get();
      return -(int) POSIX_FADVISE.invokeExact(state, fd, offset, lengthBytes, advice);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int fallocate(int fd, int mode, long offset, long lengthBytes) {
    try {
      MemorySegment state = STATE.get();
      return result((int) FALLOCATE.invokeExact(state, fd, mode, offset, lengthBytes), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int ftruncate(int fd, long sizeBytes) {
    try {
      MemorySegment state = STATE.get();
      return result((int) FTRUNCATE.invokeExact(state, fd, sizeBytes), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long lseek(int fd, long offset, int whence) {
    try {
      MemorySegment state = STATE.get();
      long position = (long) LSEEK.invokeExact(state, fd, offset, whence);
      return position >= 0 ? position : -errno(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int flock(int fd, int operation) {
    try {
      MemorySegment state = STATE.get();
      return result((int) FLOCK.invokeExact(state, fd, operation), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// The failure of `attempt` on `path` with a (negated) error number, in the system's words.
  static IOException failure(String attempt, String path, long negatedErrno) {
    return new IOException("%s %s: %s".formatted(attempt, path, message((int) -negatedErrno)));
  }

  private static String message(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int result(int returned, MemorySegment state) {
    return returned >= 0 ? returned : -errno(state);
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  private static MethodHandle function(
      String name, MemoryLayout result, int firstVariadic, MemoryLayout... arguments) {
    Linker.Option errno = Linker.Option.captureCallState("errno");
    Linker.Option[] options =
        firstVariadic < 0
            ? new Linker.Option[] {errno}
            : new Linker.Option[] {errno, Linker.Option.firstVariadicArg(firstVariadic)};
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        options);
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("a call of the C library could not be made", e);
  }
}
