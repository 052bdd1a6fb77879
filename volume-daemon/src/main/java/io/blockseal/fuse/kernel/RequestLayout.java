package io.blockseal.fuse.kernel;

/// Where the fields of requests lie, from the start of their bodies; 4 bytes where not said
/// otherwise.
///
/// | structure | fields by offset |
/// |---|---|
/// | `fuse_getattr_in` | 0 getattr_flags, 8 fh (8) |
/// | `fuse_setattr_in` | 0 valid, 8 fh (8), 16 size (8), then lock_owner, times, mode, uid, gid |
/// | `fuse_open_in` | 0 flags, 4 open_flags |
/// | `fuse_release_in` | 0 fh (8), 8 flags, 12 release_flags, 16 lock_owner (8) |
/// | `fuse_read_in` | 0 fh (8), 8 offset (8), 16 size, 20 read_flags, 24 lock_owner (8), 32 flags |
/// | `fuse_write_in` | 0 fh (8), 8 offset (8), 16 size, 20 write_flags, 24 lock_owner (8), 32 flags |
/// | `fuse_fsync_in` | 0 fh (8), 8 fsync_flags |
/// | `fuse_fallocate_in` | 0 fh (8), 8 offset (8), 16 length (8), 24 mode |
/// | `fuse_getxattr_in` | 0 size; the name of GETXATTR at 8 |
///
/// The name that LOOKUP asks for is its whole body.
public final class RequestLayout {
  /// Of RELEASE, READ, READDIR, WRITE, FSYNC and FALLOCATE.
  public static final int HANDLE = 0;

  /// Of READ, READDIR, WRITE and FALLOCATE.
  public static final int OFFSET = 8;

  /// Of READ, READDIR and WRITE.
  public static final int SIZE = 16;

  public static final int LOOKUP_NAME = 0;
  public static final int GETATTR_FLAGS = 0;
  public static final int GETATTR_HANDLE = 8;
  public static final int SETATTR_VALID = 0;
  public static final int SETATTR_HANDLE = 8;
  public static final int SETATTR_SIZE = 16;
  public static final int OPEN_FLAGS = 0;
  public static final int FALLOCATE_LENGTH = 16;
  public static final int FALLOCATE_MODE = 24;
  public static final int XATTR_SIZE = 0;
  public static final int XATTR_NAME = 8;

  /// In the flags of GETATTR: it comes with a handle.
  public static final int GETATTR_FH = 1;

  /// In `valid` of SETATTR: what is to be set, and that it comes with a handle.
  public static final int FATTR_SIZE = 1 << 3;

  public static final int FATTR_FH = 1 << 6;

  /// Mode, owner and times: all that belongs to a file besides its size.
  public static final int FATTR_OTHERS = 0b101_1011_0111;

  private RequestLayout() {}
}
