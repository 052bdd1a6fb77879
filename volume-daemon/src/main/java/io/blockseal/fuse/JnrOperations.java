package io.blockseal.fuse;

import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.provider.jffi.ClosureHelper;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseOperations;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/// libfuse's table of operations, each a few lines between a C signature and [ExportedFiles].
///
/// No exception leaves an operation: every one is turned into its negative errno. Operations that
/// are not in the table are answered with `ENOSYS` by libfuse, which makes the kernel stop asking;
/// `flush` (sent by every `close`) is left out for that, since only `fsync` has to make writes
/// durable.
///
/// Thread-safe.
final class JnrOperations {
  private static final int O_ACCMODE = 3;
  private static final int O_RDONLY = 0;
  private static final int SECTOR_BYTES = 512;
  private static final int BLOCK_BYTES = 4096;
  private static final int MAX_NAME_BYTES = 255;
  private static final long MS_PER_SECOND = 1000;
  private static final long NS_PER_MS = 1_000_000;

  private final ExportedFiles files;
  private final FileOwner owner;
  private final Runtime runtime = Runtime.getSystemRuntime();

  /// Kept for as long as the mount: libfuse calls into the closures that this table holds.
  private final FuseOperations operations = new FuseOperations(runtime);

  JnrOperations(ExportedFiles files, FileOwner owner) {
    this.files = files;
    this.owner = owner;
    FuseLayouts.setPathless(operations);
    operations.getattr.set(this::getattr);
    operations.fgetattr.set((_, stat, info) -> fgetattr(stat, info));
    operations.readdir.set((_, buffer, filler, _, _) -> readdir(buffer, filler));
    operations.open.set(this::open);
    operations.release.set((_, info) -> release(info));
    operations.read.set((_, buffer, size, offset, info) -> read(buffer, size, offset, info));
    operations.write.set((_, buffer, size, offset, info) -> write(buffer, size, offset, info));
    operations.fsync.set((_, _, info) -> fsync(info));
    operations.fallocate.set((_, mode, at, length, info) -> fallocate(mode, at, length, info));
    operations.truncate.set(this::truncate);
    operations.ftruncate.set((_, size, info) -> ftruncate(size, info));
    operations.statfs.set((_, stat) -> statfs(stat));
    operations.getxattr.set(this::getxattr);
    operations.listxattr.set(this::listxattr);
    refuseTheRest();
  }

  FuseOperations table() {
    return operations;
  }

  long tableBytes() {
    return Struct.size(operations);
  }

  private int getattr(String path, Pointer stat) {
    try {
      FileFacts facts = path.equals("/") ? files.directory() : files.file(name(path)).facts();
      fill(FileStat.of(stat), facts);
      return 0;
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  private int fgetattr(Pointer stat, Pointer info) {
    ExportedFile file = null;
    try {
      file = files.opened(FuseLayouts.handle(info));
      fill(FileStat.of(stat), file.facts());
      return 0;
    } catch (Throwable e) {
      return failure(file, "fstat", e);
    }
  }

  private int readdir(Pointer buffer, Pointer filler) {
    try {
      ClosureHelper closures = ClosureHelper.getInstance();
      FuseFillDir fill =
          closures
              .getNativeConveter(FuseFillDir.class)
              .fromNative(filler, closures.getFromNativeContext());
      fill.apply(buffer, ".", null, 0);
      fill.apply(buffer, "..", null, 0);
      for (String name : files.names()) {
        fill.apply(buffer, name, null, 0);
      }
      return 0;
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  private int open(String path, Pointer info) {
    try {
      boolean writable = (FuseLayouts.openFlags(info) & O_ACCMODE) != O_RDONLY;
      OpenFile open = files.open(name(path), writable);
      FuseLayouts.setHandle(info, open.handle());
      if (open.keepCache()) {
        FuseLayouts.keepCache(info);
      }
      return 0;
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  private int release(Pointer info) {
    try {
      files.release(FuseLayouts.handle(info));
      return 0;
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  private int read(Pointer buffer, long size, long offset, Pointer info) {
    ExportedFile file = null;
    try {
      file = files.opened(FuseLayouts.handle(info));
      return file.read(offset, FuseLayouts.bytes(buffer, size));
    } catch (Throwable e) {
      return failure(file, "read", e);
    }
  }

  private int write(Pointer buffer, long size, long offset, Pointer info) {
    ExportedFile file = null;
    try {
      file = files.opened(FuseLayouts.handle(info));
      return file.write(offset, FuseLayouts.bytes(buffer, size));
    } catch (Throwable e) {
      return failure(file, "write", e);
    }
  }

  private int fsync(Pointer info) {
    ExportedFile file = null;
    try {
      file = files.opened(FuseLayouts.handle(info));
      file.flush();
      return 0;
    } catch (Throwable e) {
      return failure(file, "flush", e);
    }
  }

  private int fallocate(int mode, long offset, long length, Pointer info) {
    ExportedFile file = null;
    try {
      file = files.opened(FuseLayouts.handle(info));
      file.allocate(mode, offset, length);
      return 0;
    } catch (Throwable e) {
      return failure(file, "discard", e);
    }
  }

  /// Without an open file. The kernel sends exactly this with size 0 for `O_TRUNC` on an open,
  /// where a disk ignores it; `truncate(2)` to 0 cannot be told apart and is ignored with it.
  private int truncate(String path, long size) {
    try {
      ExportedFile file = files.file(name(path));
      if (size != 0) {
        file.truncate(size);
      }
      return 0;
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  private int ftruncate(long size, Pointer info) {
    ExportedFile file = null;
    try {
      file = files.opened(FuseLayouts.handle(info));
      file.truncate(size);
      return 0;
    } catch (Throwable e) {
      return failure(file, "truncate", e);
    }
  }

  private int statfs(Pointer stat) {
    try {
      SpaceFacts space = files.space();
      Statvfs facts = Statvfs.of(stat);
      facts.f_bsize.set(BLOCK_BYTES);
      facts.f_frsize.set(BLOCK_BYTES);
      facts.f_blocks.set(space.totalBytes() / BLOCK_BYTES);
      facts.f_bfree.set(space.freeBytes() / BLOCK_BYTES);
      facts.f_bavail.set(space.freeBytes() / BLOCK_BYTES);
      facts.f_files.set(space.files());
      facts.f_ffree.set(0);
      facts.f_favail.set(0);
      facts.f_namemax.set(MAX_NAME_BYTES);
      return 0;
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  private int getxattr(String path, String attribute, Pointer value, long size) {
    try {
      if (path.equals("/")) {
        return -Errno.ENODATA.number();
      }
      return answer(files.attribute(name(path), attribute), value, size);
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  private int listxattr(String path, Pointer list, long size) {
    try {
      return path.equals("/") ? 0 : answer(files.attributeNames(name(path)), list, size);
    } catch (Throwable e) {
      return refusal(e);
    }
  }

  /// Files come and go only by attaching and detaching volumes, and are nobody's to change.
  private void refuseTheRest() {
    int refused = -Errno.EPERM.number();
    operations.create.set((_, _, _) -> refused);
    operations.mknod.set((_, _, _) -> refused);
    operations.mkdir.set((_, _) -> refused);
    operations.unlink.set(_ -> refused);
    operations.rmdir.set(_ -> refused);
    operations.symlink.set((_, _) -> refused);
    operations.link.set((_, _) -> refused);
    operations.rename.set((_, _) -> refused);
    operations.chmod.set((_, _) -> refused);
    operations.chown.set((_, _, _) -> refused);
    operations.utimens.set((_, _) -> refused);
    operations.setxattr.set((_, _, _, _, _) -> refused);
    operations.removexattr.set((_, _) -> refused);
  }

  private void fill(FileStat stat, FileFacts facts) {
    int type = facts.directory() ? FileStat.S_IFDIR : FileStat.S_IFREG;
    stat.st_mode.set(type | facts.permissions());
    stat.st_nlink.set(facts.directory() ? 2 : 1);
    stat.st_ino.set(facts.inode());
    stat.st_uid.set(owner.uid());
    stat.st_gid.set(owner.gid());
    stat.st_size.set(facts.sizeBytes());
    stat.st_blksize.set(BLOCK_BYTES);
    stat.st_blocks.set(facts.sizeBytes() / SECTOR_BYTES);
    long seconds = facts.changedMs() / MS_PER_SECOND;
    long nanos = facts.changedMs() % MS_PER_SECOND * NS_PER_MS;
    for (Timespec time : List.of(stat.st_atim, stat.st_mtim, stat.st_ctim)) {
      time.tv_sec.set(seconds);
      time.tv_nsec.set(nanos);
    }
  }

  /// The protocol of reading attributes: size 0 asks for the length.
  private static int answer(byte[] bytes, Pointer target, long size) {
    if (size == 0) {
      return bytes.length;
    }
    if (bytes.length > size) {
      return -Errno.ERANGE.number();
    }
    target.put(0, bytes, 0, bytes.length);
    return bytes.length;
  }

  private static String name(String path) {
    return path.substring(1);
  }

  private static int refusal(Throwable failure) {
    return failure(null, "", failure);
  }

  /// The one way out of a failed operation, of errors too: nothing may unwind into libfuse.
  private static int failure(@Nullable ExportedFile file, String operation, Throwable failure) {
    if (file != null) {
      file.report(operation, failure);
    }
    return -Errno.of(failure).number();
  }
}
