package io.blockseal.fuse.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// An io_uring with room for one command at a time, `IORING_OP_URING_CMD` with its 80 bytes of
/// arguments (`io_uring(7)`, `linux/io_uring.h`). Confined to one thread, but for closing.
///
/// `io_uring_params`, 120 bytes; 4 bytes a field but the addresses:
///
/// | offset | what |
/// |---|---|
/// | 0 | sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features, wq_fd, 12 more |
/// | 40 | offsets of head, tail, ring_mask, ring_entries, flags, dropped, array in the ring |
/// | 80 | offsets of head, tail, ring_mask, ring_entries, overflow, cqes, flags in the ring |
///
/// Of a submission, 128 bytes: opcode (1) at 0, fd at 4, cmd_op at 8, addr (8) at 16, len at 24,
/// arguments from 48 on. Of a completion, 16 bytes: user_data (8), res, flags.
final class IoUring implements Closeable {
  private static final long SYS_IO_URING_SETUP = 425;
  private static final long SYS_IO_URING_ENTER = 426;
  private static final int SETUP_COOP_TASKRUN = 1 << 8;
  private static final int SETUP_SQE128 = 1 << 10;
  private static final int FEATURE_SINGLE_MMAP = 1;
  private static final long ENTER_GETEVENTS = 1;
  private static final byte OP_URING_CMD = 46;
  private static final long SUBMISSIONS_AT = 0x10000000L;

  private static final int PARAMS_BYTES = 120;
  private static final int FLAGS = 8;
  private static final int FEATURES = 20;
  private static final int SQ_TAIL = 44;
  private static final int SQ_ARRAY = 64;
  private static final int CQ_ENTRIES = 4;
  private static final int CQ_HEAD = 80;
  private static final int CQ_TAIL = 84;
  private static final int CQ_MASK = 88;
  private static final int CQ_COMPLETIONS = 100;

  private static final int SUBMISSION_BYTES = 128;
  private static final int FD = 4;
  private static final int COMMAND = 8;
  private static final int ADDRESS = 16;
  private static final int LENGTH = 24;
  private static final int ARGUMENTS = 48;

  private static final int COMPLETION_BYTES = 16;
  private static final int RESULT = 8;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final VarHandle SHARED = INT.varHandle();

  private static final MethodHandle SYSCALL =
      LinuxCalls.handle(
          "syscall",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.firstVariadicArg(1));

  private final int descriptor;
  private final SharedMapping ring;
  private final SharedMapping submissions;
  private final ByteBuffer submission;
  private final ByteBuffer arguments;
  private final long submissionTail;
  private final long completionHead;
  private final long completionTail;
  private final long completionMask;
  private final long completions;
  private final MemorySegment errno = LinuxCalls.errnoRoom(Arena.ofAuto());

  private IoUring(int descriptor, MemorySegment params) throws IOException {
    this.descriptor = descriptor;
    submissionTail = params.get(INT, SQ_TAIL);
    completionHead = params.get(INT, CQ_HEAD);
    completionTail = params.get(INT, CQ_TAIL);
    completionMask = params.get(INT, CQ_MASK);
    completions = params.get(INT, CQ_COMPLETIONS);
    long array = params.get(INT, SQ_ARRAY);
    long length =
        Math.max(
            array + Integer.BYTES,
            completions + (long) params.get(INT, CQ_ENTRIES) * COMPLETION_BYTES);
    ring = SharedMapping.of(descriptor, 0, length);
    try {
      submissions = SharedMapping.of(descriptor, SUBMISSIONS_AT, SUBMISSION_BYTES);
    } catch (IOException e) {
      try (ring) {
        throw e;
      }
    }
    ring.memory().set(INT, array, 0);
    submission = submissions.memory().asByteBuffer().order(ByteOrder.nativeOrder());
    arguments =
        submission.slice(ARGUMENTS, SUBMISSION_BYTES - ARGUMENTS).order(ByteOrder.nativeOrder());
  }

  /// @throws IOException if the kernel makes none
  static IoUring open() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
      params.set(INT, FLAGS, SETUP_SQE128 | SETUP_COOP_TASKRUN);
      MemorySegment errno = LinuxCalls.errnoRoom(arena);
      long result = syscall(errno, SYS_IO_URING_SETUP, 1, params.address(), 0, 0, 0, 0);
      if (result < 0) {
        throw new IOException("the kernel makes no io_uring: errno " + LinuxCalls.errno(errno));
      }
      int descriptor = (int) result;
      try {
        if ((params.get(INT, FEATURES) & FEATURE_SINGLE_MMAP) == 0) {
          throw new IOException("the kernel's io_uring is older than Linux 5.4");
        }
        return new IoUring(descriptor, params);
      } catch (IOException e) {
        LinuxCalls.close(descriptor);
        throw e;
      }
    }
  }

  /// Begins a command to `target`.
  ///
  /// @return its arguments, zeros
  ByteBuffer command(int target, int operation) {
    for (int at = 0; at < SUBMISSION_BYTES; at += Long.BYTES) {
      submission.putLong(at, 0);
    }
    submission.put(0, OP_URING_CMD).putInt(FD, target).putInt(COMMAND, operation);
    return arguments;
  }

  /// Submits the command and waits for its end.
  ///
  /// @return what it ended with, negative errnos included
  /// @throws IOException if it could not be submitted
  int run(long address, int length) throws IOException {
    submission.putLong(ADDRESS, address).putInt(LENGTH, length);
    MemorySegment memory = ring.memory();
    SHARED.setRelease(memory, submissionTail, memory.get(INT, submissionTail) + 1);
    long toSubmit = 1;
    int head = memory.get(INT, completionHead);
    do {
      long result =
          syscall(errno, SYS_IO_URING_ENTER, descriptor, toSubmit, 1, ENTER_GETEVENTS, 0, 0);
      if (result >= 0) {
        toSubmit -= result;
      } else if (LinuxCalls.errno(errno) != LinuxCalls.EINTR) {
        throw new IOException("io_uring_enter: errno " + LinuxCalls.errno(errno));
      }
    } while ((int) SHARED.getAcquire(memory, completionTail) == head);
    long completion =
        completions + (long) (head & memory.get(INT, completionMask)) * COMPLETION_BYTES;
    int result = memory.get(INT, completion + RESULT);
    SHARED.setRelease(memory, completionHead, head + 1);
    return result;
  }

  @Override
  public void close() throws IOException {
    try (ring;
        submissions) {
      int errorNumber = LinuxCalls.close(descriptor);
      if (errorNumber != 0) {
        throw new IOException("cannot close an io_uring: errno " + errorNumber);
      }
    }
  }

  private static long syscall(
      MemorySegment errno, long number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw LinuxCalls.unexpected("syscall " + number, t);
    }
  }
}
