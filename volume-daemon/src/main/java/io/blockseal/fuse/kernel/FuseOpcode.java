package io.blockseal.fuse.kernel;

/// What a request asks for: `enum fuse_opcode`. Later kernels know more; whoever does not know an
/// opcode answers it with `ENOSYS`.
public enum FuseOpcode {
  LOOKUP(1),
  FORGET(2),
  GETATTR(3),
  SETATTR(4),
  SYMLINK(6),
  MKNOD(8),
  MKDIR(9),
  UNLINK(10),
  RMDIR(11),
  RENAME(12),
  LINK(13),
  OPEN(14),
  READ(15),
  WRITE(16),
  STATFS(17),
  RELEASE(18),
  FSYNC(20),
  SETXATTR(21),
  GETXATTR(22),
  LISTXATTR(23),
  REMOVEXATTR(24),
  INIT(26),
  OPENDIR(27),
  READDIR(28),
  RELEASEDIR(29),
  CREATE(35),
  DESTROY(38),
  BATCH_FORGET(42),
  FALLOCATE(43),
  RENAME2(45),
  TMPFILE(51);

  /// Larger than every number here.
  public static final int LIMIT = 64;

  private final int number;

  FuseOpcode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
