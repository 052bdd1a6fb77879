package io.blockseal.daemon;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Turns core dumps of this process off, for they would hold keys.
///
/// Two system calls, because either alone has a gap. `setrlimit(RLIMIT_CORE, 0)` stops dumps to a
/// file and is inherited, but a `core_pattern` that pipes to a program ignores it.
/// `prctl(PR_SET_DUMPABLE, 0)` stops both and also keeps other processes of the same user from
/// reading our memory through `ptrace` and `/proc/PID/mem`. Its price: `/proc/PID` belongs to root,
/// so `jcmd` and debuggers reach the daemon only as root.
final class CoreDumps {
  private static final int PR_SET_DUMPABLE = 4;
  private static final int RLIMIT_CORE = 4;

  private CoreDumps() {}

  /// @throws IOException if the system refused; the process is as before, or partly protected
  static void disable() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle setrlimit =
          function(
              "setrlimit",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      MemorySegment none = arena.allocate(MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG));
      int limited = (int) setrlimit.invokeExact(RLIMIT_CORE, none);
      MethodHandle prctl =
          function(
              "prctl",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1));
      int hidden = (int) prctl.invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
      if (limited != 0 || hidden != 0) {
        throw new IOException("the system refused to turn core dumps off");
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) { // invokeExact declares it; a native call throws nothing
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature, options);
  }
}
