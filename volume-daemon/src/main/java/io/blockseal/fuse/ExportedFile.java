package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import io.blockseal.volume.engine.ReadOnlyVolumeException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;

/// A published volume as a file of fixed size, and the rules of what may be done to it.
///
/// The size is the device's and follows it when it grows. As on a disk, nothing can be written past
/// the end: a request that does not fit is refused whole with `EFBIG`. After [#withdraw] every
/// request is answered with `ENODEV` and the device is not touched again.
///
/// Thread-safe.
final class ExportedFile {
  static final int FALLOC_KEEP_SIZE = 0x01;
  static final int FALLOC_PUNCH_HOLE = 0x02;
  static final int FALLOC_ZERO_RANGE = 0x10;

  /// How long a forced withdrawal waits for requests in flight: an I/O may take 30 s without being
  /// an error.
  static final long DRAIN_LIMIT_SECONDS = 30;

  private static final int OWNER_READS_AND_WRITES = 0600;

  private final String name;
  private final BlockDevice device;
  private final LongRequests longRequests;
  private final Map<String, String> attributes;
  private final long inode;
  private final long publishedMs;
  private final FailureLog failures;

  /// Held for reading by every request that touches the device; the withdrawal takes it for writing
  /// to know that none is left.
  private final StampedLock requests = new StampedLock();

  private volatile boolean withdrawn;

  /// @param attributes the extended attributes, under their full names
  ExportedFile(
      String name,
      BlockDevice device,
      Map<String, String> attributes,
      long inode,
      long publishedMs,
      LongRequests longRequests) {
    this.name = name;
    this.device = device;
    this.longRequests = longRequests;
    this.attributes = Map.copyOf(attributes);
    this.inode = inode;
    this.publishedMs = publishedMs;
    this.failures = new FailureLog(name);
  }

  String name() {
    return name;
  }

  long inode() {
    return inode;
  }

  Map<String, String> attributes() {
    return attributes;
  }

  /// For the table of published files only: not guarded against a withdrawal.
  boolean readOnly() {
    return device.readOnly();
  }

  FileFacts facts() throws ErrnoException {
    long stamp = enter();
    try {
      return new FileFacts(false, OWNER_READS_AND_WRITES, inode, device.sizeBytes(), publishedMs);
    } finally {
      requests.unlockRead(stamp);
    }
  }

  /// For the table of published files only: not guarded against a withdrawal.
  long sizeBytes() {
    return device.sizeBytes();
  }

  /// Fills `target` from `offset` as far as the file goes.
  ///
  /// @return how many bytes there were; 0 at the end of the file
  int read(long offset, ByteBuffer target) throws IOException {
    long stamp = enter();
    try {
      long left = device.sizeBytes() - requireOffset(offset);
      if (left <= 0) {
        return 0;
      }
      int length = (int) Math.min(left, target.remaining());
      target.limit(target.position() + length);
      longRequests.read(device, offset, target);
      return length;
    } finally {
      requests.unlockRead(stamp);
    }
  }

  /// Writes all of `source` or nothing.
  int write(long offset, ByteBuffer source) throws IOException {
    long stamp = enter();
    try {
      requireWritable();
      int length = source.remaining();
      requireInside(offset, length);
      if (length > 0) {
        longRequests.write(device, offset, source);
      }
      return length;
    } finally {
      requests.unlockRead(stamp);
    }
  }

  void flush() throws IOException {
    long stamp = enter();
    try {
      device.flush();
    } catch (ReadOnlyVolumeException e) {
      // EROFS would read as "there is nothing to flush here": what was written may be lost.
      throw new IOException(e.getMessage(), e);
    } finally {
      requests.unlockRead(stamp);
    }
  }

  /// `fallocate(2)`. Holes and zeroed ranges are discarded, of which only the part inside the file
  /// counts where the size is to be kept. Plain allocation inside the file is answered with success
  /// and reserves nothing: volumes take space as they are written.
  void allocate(int mode, long offset, long lengthBytes) throws IOException {
    long stamp = enter();
    try {
      requireWritable();
      if ((mode & ~(FALLOC_KEEP_SIZE | FALLOC_PUNCH_HOLE | FALLOC_ZERO_RANGE)) != 0) {
        throw new ErrnoException(
            Errno.EOPNOTSUPP, "volume %s: fallocate mode 0x%x is not known".formatted(name, mode));
      }
      if (lengthBytes <= 0) {
        throw new ErrnoException(
            Errno.EINVAL, "volume %s: fallocate of %d bytes".formatted(name, lengthBytes));
      }
      if ((mode & FALLOC_KEEP_SIZE) == 0) {
        requireInside(offset, lengthBytes);
      }
      long left = device.sizeBytes() - requireOffset(offset);
      boolean zeroes = (mode & (FALLOC_PUNCH_HOLE | FALLOC_ZERO_RANGE)) != 0;
      if (zeroes && left > 0) {
        device.discard(offset, Math.min(left, lengthBytes));
      }
    } finally {
      requests.unlockRead(stamp);
    }
  }

  /// `truncate(2)`: the size can only be set to what it is.
  void truncate(long sizeBytes) throws IOException {
    long stamp = enter();
    try {
      if (sizeBytes != device.sizeBytes()) {
        throw new ErrnoException(
            Errno.EPERM,
            "volume %s has %d bytes and cannot be made %d: volumes grow only through their API"
                .formatted(name, device.sizeBytes(), sizeBytes));
      }
    } finally {
      requests.unlockRead(stamp);
    }
  }

  /// Lets no further request in and waits for those in flight.
  ///
  /// @throws IOException if some of them are still there after [#DRAIN_LIMIT_SECONDS]; new ones are
  ///   refused even then
  void withdraw() throws IOException {
    withdrawn = true;
    try {
      long stamp = requests.tryWriteLock(DRAIN_LIMIT_SECONDS, TimeUnit.SECONDS);
      if (stamp == 0) {
        throw new IOException(
            "volume %s: %d requests were still in flight %d s after it was withdrawn"
                .formatted(name, requests.getReadLockCount(), DRAIN_LIMIT_SECONDS));
      }
      requests.unlockWrite(stamp);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted while withdrawing volume " + name);
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /// Tells of a failed request, once for every cause.
  void report(String operation, Throwable failure) {
    failures.report(operation, failure);
  }

  /// @return what the request leaves with
  private long enter() throws ErrnoException {
    // Looked at before the lock, so that nobody queues behind a withdrawal, and again under it.
    if (withdrawn) {
      throw gone();
    }
    long stamp = requests.readLock();
    if (withdrawn) {
      requests.unlockRead(stamp);
      throw gone();
    }
    return stamp;
  }

  private ErrnoException gone() {
    return new ErrnoException(Errno.ENODEV, "volume " + name + " is withdrawn");
  }

  private void requireWritable() throws ErrnoException {
    if (device.readOnly()) {
      throw new ErrnoException(Errno.EROFS, "volume " + name + " is read-only");
    }
  }

  private long requireOffset(long offset) throws ErrnoException {
    if (offset < 0) {
      throw new ErrnoException(Errno.EINVAL, "volume %s: offset %d".formatted(name, offset));
    }
    return offset;
  }

  private void requireInside(long offset, long lengthBytes) throws ErrnoException {
    long size = device.sizeBytes();
    if (requireOffset(offset) > size - lengthBytes) {
      throw new ErrnoException(
          Errno.EFBIG,
          "volume %s has %d bytes: no room for %d at %d"
              .formatted(name, size, lengthBytes, offset));
    }
  }
}
