package io.blockseal.it;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;

/// An exported volume, opened as programs open it: by the system's own calls, with or without the
/// page cache. One thread uses it.
public final class BlockFile implements Closeable {
  /// A call that failed.
  public static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    private Failure(String call, Path file, int errno) {
      super("%s of %s: errno %d".formatted(call, file, errno));
      this.errno = errno;
    }

    public int errno() {
      return errno;
    }
  }

  private static final int PAGE_BYTES = 4096;
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_DIRECT =
      Objects.equals(System.getProperty("os.arch"), "aarch64") ? 0x10000 : 0x4000;
  private static final int KEEP_SIZE_AND_PUNCH_HOLE = 3;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle PREAD =
      function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PWRITE =
      function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FDATASYNC = function("fdatasync", JAVA_INT, JAVA_INT);
  private static final MethodHandle FALLOCATE =
      function("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

  private final Path path;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment buffer;
  private final int fd;

  private BlockFile(Path path, boolean direct, int bufferBytes) throws Failure {
    this.path = path;
    buffer = arena.allocate(bufferBytes, PAGE_BYTES);
    int flags = O_RDWR | O_CLOEXEC | (direct ? O_DIRECT : 0);
    try (Arena name = Arena.ofConfined()) {
      fd = (int) OPEN.invokeExact(state, name.allocateFrom(path.toString()), flags, 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    if (fd < 0) {
      int errno = errno();
      arena.close();
      throw new Failure("open", path, errno);
    }
  }

  /// @param bufferBytes the longest read and write
  public static BlockFile open(Path path, boolean direct, int bufferBytes) throws Failure {
    return new BlockFile(path, direct, bufferBytes);
  }

  /// What is read into and written from, as little-endian.
  public ByteBuffer buffer() {
    return buffer.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Whether this part of the buffer is zeros.
  public boolean isZero(int at, int length) {
    MemorySegment part = buffer.asSlice(at, length);
    return part.get(JAVA_LONG, 0) == 0
        && part.asSlice(0, length - 8L).mismatch(part.asSlice(8)) < 0;
  }

  /// Reads the first `length` bytes of the buffer.
  public void read(long offset, int length) throws Failure {
    try {
      for (int at = 0; at < length; ) {
        long n =
            (long)
                PREAD.invokeExact(state, fd, buffer.asSlice(at), (long) length - at, offset + at);
        at += count("read", n);
      }
    } catch (Failure e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Writes `length` bytes of the buffer from `from` on.
  public void write(long offset, int from, int length) throws Failure {
    try {
      for (int at = 0; at < length; ) {
        long n =
            (long)
                PWRITE.invokeExact(
                    state, fd, buffer.asSlice(from + at), (long) length - at, offset + at);
        at += count("write", n);
      }
    } catch (Failure e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public void flush() throws Failure {
    try {
      check("fdatasync", (int) FDATASYNC.invokeExact(state, fd));
    } catch (Failure e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public void discard(long offset, long length) throws Failure {
    try {
      check(
          "fallocate",
          (int) FALLOCATE.invokeExact(state, fd, KEEP_SIZE_AND_PUNCH_HOLE, offset, length));
    } catch (Failure e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public void close() {
    try {
      int _ = (int) CLOSE.invokeExact(state, fd);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    arena.close();
  }

  private int count(String call, long result) throws Failure {
    if (result <= 0) {
      throw new Failure(call, path, result == 0 ? 0 : errno());
    }
    return (int) result;
  }

  private void check(String call, int result) throws Failure {
    if (result != 0) {
      throw new Failure(call, path, errno());
    }
  }

  private int errno() {
    return state.get(JAVA_INT, ERRNO);
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, parameters),
        Linker.Option.captureCallState("errno"));
  }

  private static AssertionError unexpected(Throwable e) {
    return new AssertionError("a call into the C library failed", e);
  }
}
