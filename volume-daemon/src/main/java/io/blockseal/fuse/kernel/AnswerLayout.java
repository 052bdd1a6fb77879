package io.blockseal.fuse.kernel;

import java.nio.ByteBuffer;

/// The bodies of answers; 4 bytes a field where not said otherwise. Every `put…` fills one from the
/// start of `answer`, or from `at`, and returns how long it is. Times during which the kernel may
/// keep names and attributes are always 0.
///
/// | structure | fields by offset |
/// |---|---|
/// | `fuse_attr` | 0 ino (8), 8 size (8), 16 blocks (8), 24 atime (8), 32 mtime (8), 40 ctime (8) |
/// | | 48 atimensec, 52 mtimensec, 56 ctimensec, 60 mode, 64 nlink, 68 uid, 72 gid |
/// | | 76 rdev, 80 blksize, 84 flags |
/// | `fuse_attr_out` | 0 attr_valid (8), 8 attr_valid_nsec, 12 dummy, 16 `fuse_attr` |
/// | `fuse_entry_out` | 0 nodeid (8), 8 generation (8), 16 entry_valid (8), 24 attr_valid (8) |
/// | | 32 entry_valid_nsec, 36 attr_valid_nsec, 40 `fuse_attr` |
/// | `fuse_open_out` | 0 fh (8), 8 open_flags, 12 padding |
/// | `fuse_write_out`, `fuse_getxattr_out` | 0 size, 4 padding |
/// | `fuse_statfs_out` | 0 blocks (8), 8 bfree (8), 16 bavail (8), 24 files (8), 32 ffree (8) |
/// | | 40 bsize, 44 namelen, 48 frsize, 52 padding and spare (28) |
/// | `fuse_dirent` | 0 ino (8), 8 off (8), 16 namelen, 20 type, 24 name, filled up to 8 |
public final class AnswerLayout {
  public static final int BLOCK_BYTES = 4096;

  public static final int FOPEN_DIRECT_IO = 1;
  public static final int FOPEN_KEEP_CACHE = 1 << 1;
  public static final int FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

  private static final int ATTR_OUT_BYTES = 104;
  private static final int ENTRY_OUT_BYTES = 128;
  private static final int OPEN_OUT_BYTES = 16;
  private static final int SIZE_OUT_BYTES = 8;
  private static final int STATFS_OUT_BYTES = 80;
  private static final int DIRENT_BYTES = 24;

  private static final int ATTR_IN_ATTR_OUT = 16;
  private static final int ATTR_IN_ENTRY_OUT = 40;

  private static final int S_IFMT_SHIFT = 12;
  private static final int SECTOR_BYTES = 512;
  private static final int MAX_NAME_BYTES = 255;
  private static final long MS_PER_SECOND = 1000;
  private static final int NS_PER_MS = 1_000_000;

  private AnswerLayout() {}

  /// What `stat` shows.
  ///
  /// @param mode type and permissions
  /// @param changedMs all three times, in milliseconds since 1970
  public record Attributes(
      long inode, int mode, int links, int uid, int gid, long sizeBytes, long changedMs) {}

  public static int putAttributes(ByteBuffer answer, Attributes attributes) {
    answer.putLong(0, 0).putLong(8, 0);
    put(answer, ATTR_IN_ATTR_OUT, attributes);
    return ATTR_OUT_BYTES;
  }

  /// A name that was found: the node has the number of the inode, and never another one.
  public static int putEntry(ByteBuffer answer, Attributes attributes) {
    answer.putLong(0, attributes.inode()).putLong(8, 0);
    answer.putLong(16, 0).putLong(24, 0).putLong(32, 0);
    put(answer, ATTR_IN_ENTRY_OUT, attributes);
    return ENTRY_OUT_BYTES;
  }

  public static int putOpen(ByteBuffer answer, long handle, int flags) {
    answer.putLong(0, handle).putInt(8, flags).putInt(12, 0);
    return OPEN_OUT_BYTES;
  }

  public static int putSize(ByteBuffer answer, int size) {
    answer.putInt(0, size).putInt(4, 0);
    return SIZE_OUT_BYTES;
  }

  public static int putSpace(ByteBuffer answer, long totalBytes, long freeBytes, long files) {
    answer.putLong(0, totalBytes / BLOCK_BYTES);
    answer.putLong(8, freeBytes / BLOCK_BYTES).putLong(16, freeBytes / BLOCK_BYTES);
    answer.putLong(24, files).putLong(32, 0);
    answer.putInt(40, BLOCK_BYTES).putInt(44, MAX_NAME_BYTES).putInt(48, BLOCK_BYTES);
    answer.putInt(52, 0).putLong(56, 0).putLong(64, 0).putLong(72, 0);
    return STATFS_OUT_BYTES;
  }

  /// One name of a directory, if it ends before `limit`.
  ///
  /// @param cookie where a later reading goes on after this one
  /// @return where the next one goes, or `at` if this one has no room
  public static int putName(
      ByteBuffer answer, int at, int limit, long inode, long cookie, int mode, byte[] name) {
    int end = at + Math.ceilDiv(DIRENT_BYTES + name.length, Long.BYTES) * Long.BYTES;
    if (end > limit) {
      return at;
    }
    answer.putLong(end - Long.BYTES, 0); // what fills up
    answer.putLong(at, inode).putLong(at + 8, cookie);
    answer.putInt(at + 16, name.length).putInt(at + 20, mode >> S_IFMT_SHIFT);
    answer.put(at + DIRENT_BYTES, name);
    return end;
  }

  private static void put(ByteBuffer answer, int at, Attributes attributes) {
    answer.putLong(at, attributes.inode()).putLong(at + 8, attributes.sizeBytes());
    answer.putLong(at + 16, attributes.sizeBytes() / SECTOR_BYTES);
    long seconds = attributes.changedMs() / MS_PER_SECOND;
    int nanos = (int) (attributes.changedMs() % MS_PER_SECOND) * NS_PER_MS;
    answer.putLong(at + 24, seconds).putLong(at + 32, seconds).putLong(at + 40, seconds);
    answer.putInt(at + 48, nanos).putInt(at + 52, nanos).putInt(at + 56, nanos);
    answer.putInt(at + 60, attributes.mode()).putInt(at + 64, attributes.links());
    answer.putInt(at + 68, attributes.uid()).putInt(at + 72, attributes.gid());
    answer.putInt(at + 76, 0).putInt(at + 80, BLOCK_BYTES).putInt(at + 84, 0);
  }
}
