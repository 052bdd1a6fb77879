package io.blockseal.fuse;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FuseOperations;

/// Fields of libfuse 2.9 structures that are read and set where they lie, on the way of every
/// request, without an object for the structure. 64-bit Linux.
///
/// `struct fuse_file_info`:
///
/// | offset | field |
/// |---|---|
/// | 0 | `int flags` |
/// | 8 | `unsigned long fh_old` |
/// | 16 | `int writepage` |
/// | 20 | bits: `direct_io` 0, `keep_cache` 1, `flush` 2, `nonseekable` 3 |
/// | 24 | `uint64_t fh` |
/// | 32 | `uint64_t lock_owner` |
///
/// `struct fuse_operations`: 38 pointers, then at 304 bits: `flag_nullpath_ok` 0, `flag_nopath` 1.
final class FuseLayouts {
  private static final int INFO_FLAGS = 0;
  private static final int INFO_BITS = 20;
  private static final int INFO_HANDLE = 24;
  private static final int KEEP_CACHE = 1 << 1;

  private static final int OPERATIONS_FLAGS = 304;
  private static final int NULLPATH_OK_AND_NOPATH = 0b11;

  private FuseLayouts() {}

  static int openFlags(Pointer info) {
    return info.getInt(INFO_FLAGS);
  }

  static long handle(Pointer info) {
    return info.getLong(INFO_HANDLE);
  }

  static void setHandle(Pointer info, long handle) {
    info.putLong(INFO_HANDLE, handle);
  }

  static void keepCache(Pointer info) {
    info.putInt(INFO_BITS, info.getInt(INFO_BITS) | KEEP_CACHE);
  }

  /// Requests on open files come without a path then: nobody builds it, nobody reads it.
  static void setPathless(FuseOperations operations) {
    Struct.getMemory(operations).putInt(OPERATIONS_FLAGS, NULLPATH_OK_AND_NOPATH);
  }

  /// The memory at `pointer`, for the time of the request.
  static ByteBuffer bytes(Pointer pointer, long length) {
    return MemorySegment.ofAddress(pointer.address()).reinterpret(length).asByteBuffer();
  }
}
