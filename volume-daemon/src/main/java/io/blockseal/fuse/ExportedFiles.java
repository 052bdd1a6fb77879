package io.blockseal.fuse;

import io.blockseal.volume.engine.BlockDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The one directory of all exports: which files there are, which are open, and what is answered.
///
/// Everything that a transport needs, and nothing of any transport. Opening on a withdrawn or
/// unknown name is `ENOENT`; a handle outlives the withdrawal of its file and then answers
/// `ENODEV`, also after the same name was published again.
///
/// Thread-safe.
final class ExportedFiles {
  /// Opens at a time, of all files together; a loop device needs one, a copying tool a few.
  static final int MAX_OPEN_FILES = 4096;

  /// The kernel tells of a close some time after `close` returned; a withdrawal waits that long
  /// before it calls a file busy.
  static final long RELEASE_GRACE_MS = 1000;

  /// What `listxattr` shows is `user.blockseal.<name>`.
  static final String ATTRIBUTE_PREFIX = "user.blockseal.";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");
  private static final Pattern ATTRIBUTE_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,127}");
  private static final long FIRST_INODE = 2;
  private static final int DIRECTORY_PERMISSIONS = 0755;

  private final InstantSource clock;
  private final LongSupplier freeBytes;
  private final long createdMs;
  private final LongRequests longRequests;

  /// Guards `published`, the entries in it, `nextInode`, `state`, and every change of `handles`.
  private final ReentrantLock table = new ReentrantLock();

  private final Condition released = table.newCondition();
  private final Map<String, Entry> published = new TreeMap<>();
  private final AtomicReferenceArray<@Nullable OpenFile> handles =
      new AtomicReferenceArray<>(MAX_OPEN_FILES);
  private long nextInode = FIRST_INODE;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    CLOSED
  }

  /// A published file and who has it open.
  private static final class Entry {
    final ExportedFile file;
    int opens;

    /// How the present opens go; the next one after the last release may choose anew.
    boolean direct;

    /// Whether pages that the kernel may have of this file show what it holds.
    boolean pagesCurrent;

    Entry(ExportedFile file) {
      this.file = file;
    }
  }

  /// @param freeBytes what the directory with the volume files can still take
  ExportedFiles(InstantSource clock, LongSupplier freeBytes, LongRequests longRequests) {
    this.clock = clock;
    this.freeBytes = freeBytes;
    this.createdMs = clock.millis();
    this.longRequests = longRequests;
  }

  /// Adds a file, with `attributes` as its extended attributes (without the prefix).
  ///
  /// @throws FileAlreadyExistsException if the name is taken
  void publish(String name, BlockDevice device, Map<String, String> attributes)
      throws FileAlreadyExistsException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name for an exported file: '" + name + "'");
    }
    Map<String, String> prefixed = new LinkedHashMap<>();
    attributes.forEach(
        (key, value) -> {
          if (!ATTRIBUTE_NAME.matcher(key).matches()) {
            throw new IllegalArgumentException(
                "not a name for an extended attribute of " + name + ": '" + key + "'");
          }
          prefixed.put(ATTRIBUTE_PREFIX + key, value);
        });
    table.lock();
    try {
      if (state == State.CLOSED) {
        throw new IllegalStateException("the export is closed: " + name + " cannot be published");
      }
      if (published.containsKey(name)) {
        throw new FileAlreadyExistsException(name, null, "a volume is already exported here");
      }
      var file =
          new ExportedFile(name, device, prefixed, nextInode++, clock.millis(), longRequests);
      published.put(name, new Entry(file));
    } finally {
      table.unlock();
    }
  }

  /// Takes a file away; a name that is not there is already gone.
  ///
  /// @param force do so even if it is open
  /// @return whether it is gone; false if it is open and nothing has changed
  /// @throws IOException if requests in flight did not end; the file is gone all the same
  boolean withdraw(String name, boolean force) throws IOException {
    ExportedFile file;
    table.lock();
    try {
      Entry entry = published.get(name);
      if (entry == null) {
        return true;
      }
      if (!force && !closed(entry)) {
        return false;
      }
      published.remove(name, entry);
      file = entry.file;
    } finally {
      table.unlock();
    }
    file.withdraw();
    return true;
  }

  /// Withdraws everything by force, and for good: nothing can be published afterwards.
  void withdrawAll() throws IOException {
    table.lock();
    try {
      state = State.CLOSED;
    } finally {
      table.unlock();
    }
    IOException first = null;
    for (String name : names()) {
      try {
        withdraw(name, true);
      } catch (IOException e) {
        if (first == null) {
          first = e;
          continue;
        }
        first.addSuppressed(e);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  List<String> names() {
    table.lock();
    try {
      return new ArrayList<>(published.keySet());
    } finally {
      table.unlock();
    }
  }

  FileFacts directory() {
    return new FileFacts(true, DIRECTORY_PERMISSIONS, 1, 0, createdMs);
  }

  ExportedFile file(String name) throws ErrnoException {
    table.lock();
    try {
      return entry(name).file;
    } finally {
      table.unlock();
    }
  }

  ExportedFile file(long inode) throws ErrnoException {
    table.lock();
    try {
      return entry(inode).file;
    } finally {
      table.unlock();
    }
  }

  /// All files in the order in which they were published, which is that of their inodes.
  List<ExportedFile> inOrder() {
    table.lock();
    try {
      return published.values().stream()
          .map(entry -> entry.file)
          .sorted(Comparator.comparingLong(ExportedFile::inode))
          .toList();
    } finally {
      table.unlock();
    }
  }

  /// Opens a file that goes through the page cache. `O_TRUNC` is of no concern: as on a disk, it
  /// does nothing.
  ///
  /// @param writable whether the open asks for writing
  OpenFile open(String name, boolean writable) throws ErrnoException {
    table.lock();
    try {
      return open(entry(name), writable, false);
    } finally {
      table.unlock();
    }
  }

  /// [#open(String, boolean)] by inode, for transports that can go past the page cache.
  ///
  /// @param direct whether the open would rather do so. It does if no other open is there, or if
  ///   they all do: with both ways at a time, pages that one has read would hide what the other
  ///   wrote.
  OpenFile open(long inode, boolean writable, boolean direct) throws ErrnoException {
    table.lock();
    try {
      return open(entry(inode), writable, direct);
    } finally {
      table.unlock();
    }
  }

  private OpenFile open(Entry entry, boolean writable, boolean direct) throws ErrnoException {
    if (writable && entry.file.readOnly()) {
      throw new ErrnoException(Errno.EROFS, "volume " + entry.file.name() + " is read-only");
    }
    for (int handle = 0; handle < MAX_OPEN_FILES; handle++) {
      if (handles.get(handle) == null) {
        entry.direct = entry.opens == 0 ? direct : entry.direct;
        var open = new OpenFile(handle, entry.file, writable, entry.direct, entry.pagesCurrent);
        handles.set(handle, open);
        entry.opens++;
        entry.pagesCurrent = !entry.direct;
        return open;
      }
    }
    throw new ErrnoException(
        Errno.ENFILE, "all %d handles of the export are in use".formatted(MAX_OPEN_FILES));
  }

  /// The open that the kernel means by `handle`.
  ExportedFile opened(long handle) throws ErrnoException {
    OpenFile open =
        handle >= 0 && handle < MAX_OPEN_FILES ? handles.get(Math.toIntExact(handle)) : null;
    if (open == null) {
      throw new ErrnoException(Errno.EBADF, "no open file has handle " + handle);
    }
    return open.file();
  }

  void release(long handle) throws ErrnoException {
    table.lock();
    try {
      ExportedFile file = opened(handle);
      handles.set(Math.toIntExact(handle), null);
      Entry entry = published.get(file.name());
      if (entry != null && entry.file == file && --entry.opens == 0) {
        released.signalAll();
      }
    } finally {
      table.unlock();
    }
  }

  SpaceFacts space() {
    long free = Math.max(0, freeBytes.getAsLong());
    table.lock();
    try {
      long volumes = published.values().stream().mapToLong(entry -> entry.file.sizeBytes()).sum();
      return new SpaceFacts(volumes + free, free, published.size());
    } finally {
      table.unlock();
    }
  }

  /// The value of an extended attribute under its full name.
  byte[] attribute(String name, String attribute) throws ErrnoException {
    String value = file(name).attributes().get(attribute);
    if (value == null) {
      throw new ErrnoException(Errno.ENODATA, name + " has no attribute " + attribute);
    }
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /// The names of all extended attributes, each ended by a zero byte, as `listxattr(2)` has them.
  byte[] attributeNames(String name) throws ErrnoException {
    var names = new ByteArrayOutputStream();
    file(name).attributes().keySet().stream()
        .sorted()
        .forEach(
            attribute -> {
              names.writeBytes(attribute.getBytes(StandardCharsets.UTF_8));
              names.write(0);
            });
    return names.toByteArray();
  }

  private Entry entry(String name) throws ErrnoException {
    Entry entry = published.get(name);
    if (entry == null) {
      throw new ErrnoException(Errno.ENOENT, "no volume is exported as " + name);
    }
    return entry;
  }

  private Entry entry(long inode) throws ErrnoException {
    for (Entry entry : published.values()) {
      if (entry.file.inode() == inode) {
        return entry;
      }
    }
    throw new ErrnoException(Errno.ENOENT, "no volume is exported with inode " + inode);
  }

  /// Waits a moment for closes that are under way. The table lock is held, and given up while
  /// waiting.
  private boolean closed(Entry entry) throws InterruptedIOException {
    long leftNs = TimeUnit.MILLISECONDS.toNanos(RELEASE_GRACE_MS);
    try {
      while (entry.opens > 0 && leftNs > 0) {
        leftNs = released.awaitNanos(leftNs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted =
          new InterruptedIOException("interrupted while withdrawing volume " + entry.file.name());
      interrupted.initCause(e);
      throw interrupted;
    }
    return entry.opens == 0;
  }
}
