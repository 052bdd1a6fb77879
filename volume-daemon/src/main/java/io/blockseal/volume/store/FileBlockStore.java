package io.blockseal.volume.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.StampedLock;

/// A file of the local file system.
///
/// Requests go to the system as they come, one call each, through its page cache. Where the file
/// system cannot punch holes, zeros are written instead. Thread-safe; interrupting a thread does
/// nothing to its calls.
public final class FileBlockStore implements BlockStore {
  private static final int PERMISSIONS = 0600;
  private static final int ZEROS_BYTES = 1 << 20;
  private static final int CLOSED = -1;

  /// The longest write of one call. A write makes folios of the page cache as long as itself, and
  /// ext4 (since Linux 6.16) walks all blocks of a folio for every later write into it: 4 KiB into
  /// one of 1 MiB took 23 us, into one of 64 KiB 4 us, while writing in such steps costs a fifth
  /// more where nothing but that is done.
  private static final long MAX_WRITE_BYTES = 64 << 10;

  private final String path;

  /// Guards the descriptor: shared by every call that uses it, exclusive for closing it, so that
  /// its number is not reused under a call.
  private final StampedLock descriptorLock = new StampedLock();

  private int fd;

  private FileBlockStore(String path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /// Opens, or with [VolumeFiles.Mode#CREATE] creates, the file at `path`. Directories may be
  /// opened to be synced. Anything else is refused: the opening of a pipe would wait for its
  /// writer.
  public static FileBlockStore open(Path path, VolumeFiles.Mode mode) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new IOException(path + " is no regular file");
    }
    int flags =
        switch (mode) {
          case READ -> SystemCalls.READ_ONLY;
          case WRITE -> SystemCalls.READ_WRITE;
          case CREATE -> SystemCalls.READ_WRITE | SystemCalls.CREATE | SystemCalls.EXCLUSIVE;
        };
    int fd = SystemCalls.open(path.toString(), flags | SystemCalls.CLOSE_ON_EXEC, PERMISSIONS);
    return switch (fd) {
      case -SystemCalls.ENOENT -> throw new NoSuchFileException(path.toString());
      case -SystemCalls.EEXIST -> throw new FileAlreadyExistsException(path.toString());
      default -> {
        if (fd < 0) {
          throw SystemCalls.failure("open", path.toString(), fd);
        }
        yield new FileBlockStore(path.toString(), fd);
      }
    };
  }

  /// Takes the exclusive lock of the file, which lasts until this store is closed.
  ///
  /// @return whether it was free; another store on the same file, even in this process, holds it
  boolean tryLock() throws IOException {
    long stamp = use();
    try {
      int result = SystemCalls.flock(fd, SystemCalls.LOCK_EXCLUSIVE_OR_FAIL);
      if (result < 0 && result != -SystemCalls.EAGAIN) {
        throw SystemCalls.failure("lock", path, result);
      }
      return result >= 0;
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (target.isDirect()) {
      MemorySegment memory = MemorySegment.ofBuffer(target);
      try {
        long read = readAt(offset, memory.address(), target.remaining());
        if (read < target.remaining()) {
          memory.asSlice(read).fill((byte) 0);
        }
      } finally {
        Reference.reachabilityFence(target);
      }
      target.position(target.limit());
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bounce = arena.allocate(Math.max(1, target.remaining()));
      readAt(offset, bounce.address(), target.remaining()); // into zeros
      target.put(bounce.asByteBuffer().limit(target.remaining()));
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    if (source.isDirect()) {
      try {
        writeAt(offset, MemorySegment.ofBuffer(source).address(), source.remaining());
      } finally {
        Reference.reachabilityFence(source);
      }
      source.position(source.limit());
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bounce = arena.allocate(Math.max(1, source.remaining()));
      int length = source.remaining();
      bounce.asByteBuffer().put(source);
      writeAt(offset, bounce.address(), length);
    }
  }

  @Override
  public void sync(boolean dataOnly) throws IOException {
    long stamp = use();
    try {
      int result = dataOnly ? SystemCalls.fdatasync(fd) : SystemCalls.fsync(fd);
      if (result < 0) {
        throw SystemCalls.failure("sync", path, result);
      }
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  /// The system drops what is neither waiting to be written nor in use by others.
  @Override
  public void dropCached() throws IOException {
    sync(true);
    long stamp = use();
    try {
      int result = SystemCalls.posixFadvise(fd, 0, 0, SystemCalls.FADVISE_DONT_NEED);
      if (result < 0 && result != -SystemCalls.ENOSYS && result != -SystemCalls.EOPNOTSUPP) {
        throw SystemCalls.failure("drop the cached pages of", path, result);
      }
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  @Override
  public void expectSync(long offset, long lengthBytes) {
    long stamp = descriptorLock.readLock();
    try {
      if (fd != CLOSED) {
        SystemCalls.syncFileRange(fd, offset, lengthBytes, SystemCalls.SYNC_FILE_RANGE_WRITE);
      }
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  @Override
  public void punchHole(long offset, long lengthBytes) throws IOException {
    if (lengthBytes == 0) {
      return;
    }
    long stamp = use();
    int result;
    try {
      do {
        result =
            SystemCalls.fallocate(fd, SystemCalls.KEEP_SIZE_AND_PUNCH_HOLE, offset, lengthBytes);
      } while (result == -SystemCalls.EINTR);
    } finally {
      descriptorLock.unlockRead(stamp);
    }
    if (result == -SystemCalls.EOPNOTSUPP || result == -SystemCalls.ENOSYS) {
      writeZeros(offset, lengthBytes);
    } else if (result < 0) {
      throw SystemCalls.failure(
          "punch a hole of %d bytes at %d into".formatted(lengthBytes, offset), path, result);
    }
  }

  @Override
  public long nextData(long offset) throws IOException {
    long stamp = use();
    try {
      long data = SystemCalls.lseek(fd, offset, SystemCalls.SEEK_DATA);
      if (data == -SystemCalls.ENXIO) {
        return -1;
      }
      if (data == -SystemCalls.EINVAL) {
        return offset;
      }
      if (data < 0) {
        throw SystemCalls.failure("look for data from %d on in".formatted(offset), path, data);
      }
      return data;
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  @Override
  public long sizeBytes() throws IOException {
    long stamp = use();
    try {
      long size = SystemCalls.lseek(fd, 0, SystemCalls.SEEK_END);
      if (size < 0) {
        throw SystemCalls.failure("measure", path, size);
      }
      return size;
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  @Override
  public void resize(long sizeBytes) throws IOException {
    long stamp = use();
    try {
      int result = SystemCalls.ftruncate(fd, sizeBytes);
      if (result < 0) {
        throw SystemCalls.failure("resize to %d bytes".formatted(sizeBytes), path, result);
      }
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  @Override
  public void close() throws IOException {
    long stamp = descriptorLock.writeLock();
    try {
      if (fd == CLOSED) {
        return;
      }
      int result = SystemCalls.close(fd);
      fd = CLOSED;
      if (result < 0) {
        throw SystemCalls.failure("close", path, result);
      }
    } finally {
      descriptorLock.unlockWrite(stamp);
    }
  }

  @Override
  public String toString() {
    return path;
  }

  /// @param target the address of memory that stays for as long as the call
  /// @return how many bytes there were before the end
  private long readAt(long offset, long target, long lengthBytes) throws IOException {
    long stamp = use();
    try {
      long done = 0;
      while (done < lengthBytes) {
        long read = SystemCalls.pread(fd, target + done, lengthBytes - done, offset + done);
        if (read == 0) {
          break;
        }
        if (read < 0 && read != -SystemCalls.EINTR) {
          throw SystemCalls.failure(
              "read %d bytes at %d of".formatted(lengthBytes, offset), path, read);
        }
        done += Math.max(0, read);
      }
      return done;
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  /// @param source the address of memory that stays for as long as the call
  private void writeAt(long offset, long source, long lengthBytes) throws IOException {
    long stamp = use();
    try {
      long done = 0;
      while (done < lengthBytes) {
        long written =
            SystemCalls.pwrite(
                fd, source + done, Math.min(MAX_WRITE_BYTES, lengthBytes - done), offset + done);
        if (written < 0 && written != -SystemCalls.EINTR) {
          throw SystemCalls.failure(
              "write %d bytes at %d of".formatted(lengthBytes, offset), path, written);
        }
        done += Math.max(0, written);
      }
    } finally {
      descriptorLock.unlockRead(stamp);
    }
  }

  private void writeZeros(long offset, long lengthBytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(Math.min(ZEROS_BYTES, lengthBytes));
      for (long done = 0; done < lengthBytes; done += zeros.byteSize()) {
        writeAt(offset + done, zeros.address(), Math.min(zeros.byteSize(), lengthBytes - done));
      }
    }
  }

  private long use() throws IOException {
    long stamp = descriptorLock.readLock();
    if (fd == CLOSED) {
      descriptorLock.unlockRead(stamp);
      throw new IOException("%s is closed".formatted(path));
    }
    return stamp;
  }
}
