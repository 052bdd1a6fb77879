package io.blockseal.fuse;

import java.io.IOException;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.struct.FuseOperations;

/// The functions of libfuse 2 that a mount needs besides its operations (`fuse.h`,
/// `fuse_lowlevel.h`). Public only because the class that jnr generates for it lives in another
/// class loader.
///
/// jnr-fuse's own way in, `fuse_main_real`, serves requests on threads of the library that come and
/// go, each of which has to be made known to the JVM; here Java's threads run the library's loop.
public interface LibFuse2 {
  /// Parses `argv`, mounts, and makes a `struct fuse`; null if that failed, told on stderr.
  @Nullable Pointer fuse_setup(
      int argc,
      @In String[] argv,
      FuseOperations operations,
      @size_t long operationsBytes,
      @Out PointerByReference mountPoint,
      @Out IntByReference multithreaded,
      @Nullable Pointer userData);

  Pointer fuse_get_session(Pointer fuse);

  Pointer fuse_session_next_chan(Pointer session, @Nullable Pointer channel);

  int fuse_chan_fd(Pointer channel);

  /// Handles one request that was received elsewhere.
  void fuse_session_process(Pointer session, Pointer request, @size_t long bytes, Pointer channel);

  /// Receives and answers requests until the mount is gone. Any number of threads may run it.
  int fuse_session_loop(Pointer session);

  /// Unmounts if that has not happened yet and frees everything. No thread may be in the loop.
  void fuse_teardown(Pointer fuse, Pointer mountPoint);

  /// Loads the library of the system.
  static LibFuse2 load() throws IOException {
    try {
      return LibraryLoader.create(LibFuse2.class).failImmediately().load("libfuse.so.2");
    } catch (UnsatisfiedLinkError e) {
      throw new IOException(
          "cannot load libfuse.so.2, the FUSE 2 library: install it with `apt-get install libfuse2`"
              + " (libfuse2t64 on newer systems, fuse-libs on Fedora)",
          e);
    }
  }
}
