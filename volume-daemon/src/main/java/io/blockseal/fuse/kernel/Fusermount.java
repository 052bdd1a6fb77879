package io.blockseal.fuse.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Mounting by `fusermount3`, the setuid program of libfuse, for users other than root.
///
/// The program is started with one end of a socket pair, whose number it finds in `_FUSE_COMMFD`;
/// it opens `/dev/fuse`, mounts, and sends the descriptor back over the socket (`SCM_RIGHTS`). The
/// JDK's own way to start a program gives it no descriptors, therefore `posix_spawn(3)`.
///
/// What `recvmsg(2)` needs, on 64-bit Linux:
///
/// | offset | `struct msghdr` | | offset | `struct cmsghdr` |
/// |---|---|---|---|---|
/// | 0 | name, length | | 0 | length, 8 bytes |
/// | 16 | pointer to `struct iovec` (base, length), count | | 8 | level, type |
/// | 32 | pointer to the control bytes, length | | 16 | the descriptor |
/// | 48 | flags | | | |
final class Fusermount {
  private static final List<String> PROGRAMS = List.of("fusermount3", "fusermount");

  /// The end of the pair in the program; what lies above is closed there where the system can.
  private static final int ITS_SOCKET = 3;

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int MESSAGE_BYTES = 56;
  private static final int CONTROL_BYTES = 24;

  /// More than `posix_spawn_file_actions_t` has in any C library.
  private static final int FILE_ACTIONS_BYTES = 512;

  private static final FunctionDescriptor ONE_POINTER =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
  private static final MethodHandle SOCKETPAIR =
      LinuxCalls.handle(
          "socketpair",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS));
  private static final MethodHandle RECVMSG =
      LinuxCalls.handle(
          "recvmsg",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle WAITPID =
      LinuxCalls.handle(
          "waitpid",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle SPAWN =
      plain(
          "posix_spawnp",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS));
  private static final MethodHandle ACTIONS_INIT =
      plain("posix_spawn_file_actions_init", ONE_POINTER);
  private static final MethodHandle ACTIONS_DESTROY =
      plain("posix_spawn_file_actions_destroy", ONE_POINTER);
  private static final MethodHandle ACTIONS_DUP2 =
      plain(
          "posix_spawn_file_actions_adddup2",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));

  /// Since glibc 2.34; without it the program inherits what the JVM does not close on its own.
  private static final Optional<MethodHandle> ACTIONS_CLOSE_FROM =
      Linker.nativeLinker()
          .defaultLookup()
          .find("posix_spawn_file_actions_addclosefrom_np")
          .map(
              symbol ->
                  Linker.nativeLinker()
                      .downcallHandle(
                          symbol,
                          FunctionDescriptor.of(
                              ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)));

  private Fusermount() {}

  /// @param options as the program takes them after `-o`
  /// @throws IOException if it is not installed or refused; its own words are on standard error
  static FuseDevice mount(Path mountPoint, String options) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
      int result =
          (int)
              SOCKETPAIR.invokeExact(
                  LinuxCalls.errnoRoom(arena),
                  AF_UNIX,
                  SOCK_STREAM | LinuxCalls.O_CLOEXEC,
                  0,
                  pair);
      if (result != 0) {
        throw new IOException("no socket pair for fusermount3");
      }
      int ours = pair.getAtIndex(ValueLayout.JAVA_INT, 0);
      int its = pair.getAtIndex(ValueLayout.JAVA_INT, 1);
      try {
        return run(arena, mountPoint, options, ours, its);
      } finally {
        LinuxCalls.close(ours);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw LinuxCalls.unexpected("fusermount3", e);
    }
  }

  private static FuseDevice run(Arena arena, Path mountPoint, String options, int ours, int its)
      throws Throwable {
    int program;
    try {
      program = start(arena, mountPoint, options, its);
    } finally {
      LinuxCalls.close(its); // so that its end is seen here
    }
    int descriptor = receive(arena, ours);
    MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
    int _ = (int) WAITPID.invokeExact(LinuxCalls.errnoRoom(arena), program, status, 0);
    if (descriptor < 0) {
      throw new IOException(
          "fusermount3 could not mount at %s (wait status 0x%x); its reason is on the daemon's standard error"
              .formatted(mountPoint, status.get(ValueLayout.JAVA_INT, 0)));
    }
    return new FuseDevice(descriptor);
  }

  /// @return the process id
  private static int start(Arena arena, Path mountPoint, String options, int its) throws Throwable {
    MemorySegment actions = arena.allocate(FILE_ACTIONS_BYTES, Long.BYTES);
    int _ = (int) ACTIONS_INIT.invokeExact(actions);
    int _ = (int) ACTIONS_DUP2.invokeExact(actions, its, ITS_SOCKET);
    if (ACTIONS_CLOSE_FROM.isPresent()) {
      int _ = (int) ACTIONS_CLOSE_FROM.get().invokeExact(actions, ITS_SOCKET + 1);
    }
    MemorySegment environment =
        strings(
            arena,
            "_FUSE_COMMFD=" + ITS_SOCKET,
            "PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin");
    MemorySegment id = arena.allocate(ValueLayout.JAVA_INT);
    int errno = 0;
    for (String name : PROGRAMS) {
      MemorySegment arguments = strings(arena, name, "-o", options, "--", mountPoint.toString());
      errno =
          (int)
              SPAWN.invokeExact(
                  id,
                  arena.allocateFrom(name),
                  actions,
                  MemorySegment.NULL,
                  arguments,
                  environment);
      if (errno != LinuxCalls.ENOENT) {
        break;
      }
    }
    int _ = (int) ACTIONS_DESTROY.invokeExact(actions);
    if (errno != 0) {
      throw new IOException(
          "cannot start fusermount3 (errno %d), which users other than root need: install it with `apt-get install fuse3`"
              .formatted(errno));
    }
    return id.get(ValueLayout.JAVA_INT, 0);
  }

  /// The descriptor that the program sends, or -1 if it ends without one.
  private static int receive(Arena arena, int socket) throws Throwable {
    MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
    MemorySegment vector = arena.allocate(ValueLayout.JAVA_LONG, 2);
    vector.setAtIndex(ValueLayout.JAVA_LONG, 0, arena.allocate(1).address());
    vector.setAtIndex(ValueLayout.JAVA_LONG, 1, 1);
    MemorySegment message = arena.allocate(MESSAGE_BYTES, Long.BYTES);
    message.set(ValueLayout.ADDRESS, 16, vector);
    message.set(ValueLayout.JAVA_LONG, 24, 1);
    message.set(ValueLayout.ADDRESS, 32, control);
    message.set(ValueLayout.JAVA_LONG, 40, CONTROL_BYTES);
    MemorySegment errno = LinuxCalls.errnoRoom(arena);
    long received;
    do {
      received = (long) RECVMSG.invokeExact(errno, socket, message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && LinuxCalls.errno(errno) == LinuxCalls.EINTR);
    boolean sent =
        received > 0
            && message.get(ValueLayout.JAVA_LONG, 40) >= CONTROL_BYTES - Integer.BYTES
            && control.get(ValueLayout.JAVA_INT, 8) == SOL_SOCKET
            && control.get(ValueLayout.JAVA_INT, 12) == SCM_RIGHTS;
    return sent ? control.get(ValueLayout.JAVA_INT, 16) : -1;
  }

  /// Strings as `argv` has them: pointers, the last one null.
  private static MemorySegment strings(Arena arena, String... strings) {
    MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, strings.length + 1L);
    for (int i = 0; i < strings.length; i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(strings[i]));
    }
    return pointers;
  }

  /// A function that returns its errno.
  private static MethodHandle plain(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }
}
