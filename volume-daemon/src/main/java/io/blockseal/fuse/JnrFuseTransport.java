package io.blockseal.fuse;

import io.blockseal.fuse.kernel.KernelGreeting;
import io.blockseal.fuse.kernel.LinuxCalls;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;

/// The mount over libfuse 2, reached through jnr.
///
/// Java's own threads run the library's request loop, as many as the settings say: a request then
/// enters Java without attaching a thread, the number is bounded, and each is marked once as
/// [IoFlusher].
///
/// Thread-safe.
final class JnrFuseTransport implements FuseTransport {
  /// The largest request of the kernel's FUSE protocol without negotiated page counts.
  static final int MAX_REQUEST_BYTES = 128 * 1024;

  /// How far the kernel may read ahead: eight requests in flight keep a sequential reader busy.
  private static final int READ_AHEAD_KIB = 1024;

  /// What a request may need beside its data; libfuse's own buffers have as much.
  private static final int GREETING_ROOM_BYTES = 4096;

  private static final Logger LOG = System.getLogger("io.blockseal.fuse");

  private enum State {
    SERVING,
    CLOSED
  }

  private final ServedMount mount;
  private final LibFuse2 library;
  private final JnrOperations operations;
  private final Pointer fuse;
  private final Pointer mountPointCopy;
  private State state = State.SERVING;

  private JnrFuseTransport(
      ServedMount mount,
      LibFuse2 library,
      JnrOperations operations,
      Pointer fuse,
      Pointer mountPointCopy) {
    this.mount = mount;
    this.library = library;
    this.operations = operations;
    this.fuse = fuse;
    this.mountPointCopy = mountPointCopy;
  }

  /// Mounts `files` as `settings` say.
  static FuseTransport mount(FuseSettings settings, ExportedFiles files) throws IOException {
    LibFuse2 library = LibFuse2.load();
    Path place = MountPoint.prepare(settings.mountPoint()).path();
    FileOwner owner = FileOwner.current();
    var operations = new JnrOperations(files, owner);
    String[] arguments = {"blockseal", "-f", "-o", options(owner), place.toString()};
    var mountPointCopy = new PointerByReference();
    Pointer fuse =
        library.fuse_setup(
            arguments.length,
            arguments,
            operations.table(),
            operations.tableBytes(),
            mountPointCopy,
            new IntByReference(),
            null);
    if (fuse == null) {
      throw new IOException(
          "libfuse could not mount at %s; its reason is on the daemon's standard error"
              .formatted(place));
    }
    Optional<ServedMount> mount = ServedMount.at(place);
    if (mount.isEmpty()) {
      library.fuse_teardown(fuse, mountPointCopy.getValue());
      throw ServedMount.notShown(place);
    }
    var transport =
        new JnrFuseTransport(mount.get(), library, operations, fuse, mountPointCopy.getValue());
    try {
      transport.greet(place);
    } catch (IOException e) {
      transport.closeAfter(e);
      throw e;
    }
    mount.get().widenReadAhead(READ_AHEAD_KIB);
    Pointer session = library.fuse_get_session(fuse);
    mount.get().start(Collections.nCopies(settings.threads(), () -> transport.serve(session)));
    return transport;
  }

  /// Sizes and names change behind the kernel's back when a volume grows, comes or goes, so it may
  /// not remember them; data only changes through the mount, so pages may be kept.
  private static String options(FileOwner owner) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "fsname=" + StaleMounts.SOURCE,
                "subtype=" + StaleMounts.SUBTYPE,
                "default_permissions",
                "big_writes",
                "max_write=" + MAX_REQUEST_BYTES,
                "max_read=" + MAX_REQUEST_BYTES,
                "max_readahead=" + READ_AHEAD_KIB * 1024,
                "async_read",
                "attr_timeout=0",
                "entry_timeout=0",
                "negative_timeout=0"));
    if (owner.root()) {
      options.add("allow_other");
    }
    return String.join(",", options);
  }

  /// Takes the kernel's first request off the channel, answers it with more abilities than libfuse
  /// would, and lets libfuse handle it too, for its own sake: the answer of libfuse then finds no
  /// request and is dropped by the kernel. Should the kernel dislike ours, that of libfuse counts.
  private void greet(Path mountPoint) throws IOException {
    Pointer session = library.fuse_get_session(fuse);
    Pointer channel = library.fuse_session_next_chan(session, null);
    int descriptor = library.fuse_chan_fd(channel);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(MAX_REQUEST_BYTES + GREETING_ROOM_BYTES);
      long length = LinuxCalls.read(descriptor, request);
      if (length < 0) {
        throw new IOException(
            "the kernel did not greet the mount at %s: errno %d".formatted(mountPoint, -length));
      }
      ByteBuffer answer =
          KernelGreeting.parse(request.asSlice(0, length).asByteBuffer())
              .answerForLibFuse(READ_AHEAD_KIB * 1024, MAX_REQUEST_BYTES);
      MemorySegment answerBytes =
          arena.allocate(answer.remaining()).copyFrom(MemorySegment.ofBuffer(answer));
      long written = LinuxCalls.write(descriptor, answerBytes);
      if (written < 0) {
        LOG.log(
            Level.WARNING,
            "the kernel refused the greeting at {0} (errno {1}); writes will be slower",
            mountPoint,
            -written);
      }
      library.fuse_session_process(
          session,
          Pointer.wrap(Runtime.getSystemRuntime(), request.address(), length),
          length,
          channel);
    } catch (IllegalArgumentException e) {
      throw new IOException("the mount at %s was not greeted".formatted(mountPoint), e);
    }
  }

  private void serve(Pointer session) {
    try {
      library.fuse_session_loop(session);
    } finally {
      // The loop calls into closures that only this table keeps from being collected.
      Reference.reachabilityFence(operations);
    }
  }

  @Override
  public void checkSeen() throws IOException {
    mount.checkSeen();
  }

  @Override
  public synchronized void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    mount.close();
    library.fuse_teardown(fuse, mountPointCopy);
  }

  private void closeAfter(IOException failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
