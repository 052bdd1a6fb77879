package io.blockseal.fuse.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// The processors as the kernel numbers them.
final class Processors {
  private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");

  private static final MethodHandle SCHED_SETAFFINITY =
      LinuxCalls.handle(
          "sched_setaffinity",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS));

  private Processors() {}

  /// How many there can ever be, of which the last one has the greatest number.
  static int possible() throws IOException {
    String ranges = Files.readString(POSSIBLE).strip();
    return 1 + Integer.parseInt(ranges.substring(1 + lastSeparator(ranges)));
  }

  /// Keeps the calling thread on one, unless it may not be there: then nothing changes.
  static void stayOn(int processor) {
    try (Arena arena = Arena.ofConfined()) {
      int words = processor / Long.SIZE + 1;
      MemorySegment mask = arena.allocate(ValueLayout.JAVA_LONG, words);
      mask.setAtIndex(ValueLayout.JAVA_LONG, words - 1, 1L << (processor % Long.SIZE));
      var _ =
          (int)
              SCHED_SETAFFINITY.invokeExact(LinuxCalls.errnoRoom(arena), 0, mask.byteSize(), mask);
    } catch (Throwable e) {
      throw LinuxCalls.unexpected("sched_setaffinity", e);
    }
  }

  private static int lastSeparator(String ranges) {
    return Math.max(ranges.lastIndexOf('-'), ranges.lastIndexOf(','));
  }
}
