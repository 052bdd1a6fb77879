package io.blockseal.meta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// Metadata in a directory of its own, kept by RocksDB.
///
/// A commit returns after its log record was synced to disk. One process at a time may have the
/// directory open. Thread-safe.
public final class RocksDbMetadataStore implements MetadataStore {
  /// Metadata is small and rarely written, so a small write buffer does.
  private static final long WRITE_BUFFER_BYTES = 8L << 20;

  /// Far more files than a few GiB of metadata have, far fewer than a process may open.
  private static final int MAX_OPEN_FILES = 256;

  /// RocksDB's own text logs, which hold no keys and no values; a few are kept for support.
  private static final int KEPT_INFO_LOGS = 4;

  /// How long [#erase] waits for RocksDB to unlink the files that it has just replaced.
  private static final long UNLINK_TIMEOUT_MS = 10_000;

  private static final long UNLINK_POLL_MS = 5;

  static {
    RocksDB.loadLibrary();
  }

  private final Path directory;
  private final Options options;
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final RocksDB db;
  private final Watches watches = new Watches();

  /// Shared by every use of [#db], exclusive for closing it (native memory must not be touched
  /// afterwards) and for the rewriting in [#erase] (an iterator that is open over it would keep
  /// files alive).
  private final ReadWriteLock useLock = new ReentrantReadWriteLock();

  /// Held from the check of a batch's preconditions to the end of its write. Taken inside
  /// [#useLock].
  private final Object commitLock = new Object();

  // Guarded by useLock.
  private boolean closed;

  private RocksDbMetadataStore(Path directory, Options options, RocksDB db) {
    this.directory = directory;
    this.options = options;
    this.db = db;
  }

  /// Opens the store in `directory`, creating both if they are missing.
  ///
  /// @throws MetadataStoreLockedException if another process, or this one, has it open
  /// @throws MetadataStoreFullException if it has to write before it can be read, and the disk is
  ///   full
  /// @throws IOException if the directory cannot be made, read or recovered
  public static RocksDbMetadataStore open(Path directory) throws IOException {
    Files.createDirectories(directory);
    // No compression: values are short, and what erase() promises stays easy to check.
    Options options =
        new Options()
            .setCreateIfMissing(true)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxOpenFiles(MAX_OPEN_FILES)
            .setKeepLogFileNum(KEPT_INFO_LOGS);
    try {
      RocksDB db = RocksDB.open(options, directory.toString());
      return new RocksDbMetadataStore(directory, options, db);
    } catch (RocksDBException e) {
      options.close();
      String reason = String.valueOf(e.getMessage());
      // RocksDB has no status code of its own for this; both texts name its LOCK file.
      if (reason.contains("LOCK") || reason.contains("lock hold by current process")) {
        throw new MetadataStoreLockedException(directory, e);
      }
      if (reason.contains("No space left on device")) {
        throw new MetadataStoreFullException(directory, e);
      }
      throw new IOException("cannot open the metadata in " + directory + ": " + reason, e);
    }
  }

  @Override
  public Optional<byte[]> get(String key) {
    byte[] keyBytes = MetadataKey.bytes(MetadataKey.check(key));
    return using("read " + key, () -> Optional.ofNullable(db.get(keyBytes)));
  }

  @Override
  public List<Entry> scan(String prefix, @Nullable String afterKey, int limit) {
    MetadataKey.checkLimit(limit);
    byte[] start = MetadataKey.prefixBytes(prefix);
    byte @Nullable [] after = afterKey == null ? null : MetadataKey.prefixBytes(afterKey);
    return using("scan " + prefix, () -> page(start, after, limit));
  }

  @Override
  public boolean commit(Batch batch) {
    boolean applied = using("commit", () -> checkAndWrite(batch));
    if (applied) {
      watches.announce(batch.changes());
    }
    return applied;
  }

  @Override
  public void erase(String prefix) {
    byte[] start = MetadataKey.prefixBytes(prefix);
    byte[] end = MetadataKey.endOf(start);
    Set<String> replaced;
    useLock.writeLock().lock();
    try {
      checkOpen();
      db.deleteRange(synced, start, end);
      // The values may be in the write-ahead log, in the memory table and in any table file. The
      // flush retires the log; the forced compaction rewrites every table file with a key of the
      // range, the bottommost ones too, without what the deletion covers.
      try (FlushOptions flush = new FlushOptions().setWaitForFlush(true);
          CompactRangeOptions compaction =
              new CompactRangeOptions()
                  .setExclusiveManualCompaction(true)
                  .setBottommostLevelCompaction(
                      CompactRangeOptions.BottommostLevelCompaction.kForce)) {
        db.flush(flush);
        db.compactRange(null, start, end, compaction);
      }
      replaced = staleFiles();
    } catch (RocksDBException | IOException e) {
      throw failure("erase " + prefix, e);
    } finally {
      useLock.writeLock().unlock();
    }
    try {
      awaitUnlinked(replaced);
    } catch (IOException e) {
      throw failure("erase " + prefix, e);
    }
    watches.announceErased(prefix);
  }

  @Override
  public Watch watch(String prefix, Consumer<Changes> watcher) {
    return using("watch " + prefix, () -> watches.add(prefix, watcher));
  }

  @Override
  public void close() {
    useLock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      watches.closeAll();
      db.close();
      synced.close();
      options.close();
    } finally {
      useLock.writeLock().unlock();
    }
  }

  private List<Entry> page(byte[] start, byte @Nullable [] after, int limit)
      throws RocksDBException {
    List<Entry> page = new ArrayList<>();
    try (Slice upper = new Slice(MetadataKey.endOf(start));
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(upper);
        RocksIterator cursor = db.newIterator(bounded)) {
      boolean behind = after != null && Arrays.compareUnsigned(after, start) > 0;
      cursor.seek(behind && after != null ? after : start);
      if (cursor.isValid() && after != null && Arrays.equals(cursor.key(), after)) {
        cursor.next();
      }
      for (; cursor.isValid() && page.size() < limit; cursor.next()) {
        page.add(new Entry(MetadataKey.text(cursor.key()), cursor.value()));
      }
      cursor.status();
    }
    return List.copyOf(page);
  }

  private boolean checkAndWrite(Batch batch) throws RocksDBException {
    try (WriteBatch writes = new WriteBatch()) {
      for (Batch.Change change : batch.changes()) {
        byte[] value = change.value;
        if (value == null) {
          writes.delete(MetadataKey.bytes(change.key));
        } else {
          writes.put(MetadataKey.bytes(change.key), value);
        }
      }
      synchronized (commitLock) {
        for (Batch.Expectation expected : batch.expectations()) {
          if (!expected.holds(db.get(MetadataKey.bytes(expected.key)))) {
            return false;
          }
        }
        db.write(synced, writes);
        return true;
      }
    }
  }

  /// RocksDB unlinks replaced files on its own threads, shortly after the call that replaced them.
  /// Waits without a lock: the numbers of files are not used again.
  private void awaitUnlinked(Set<String> replaced) throws IOException {
    long deadline = System.nanoTime() + UNLINK_TIMEOUT_MS * 1_000_000;
    Set<String> stale = new HashSet<>(replaced);
    while (true) {
      stale.removeIf(name -> !Files.exists(directory.resolve(name)));
      if (stale.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("replaced files are still there: " + stale);
      }
      try {
        Thread.sleep(UNLINK_POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while replaced files are still there: " + stale, e);
      }
    }
  }

  /// Table files that are not live, and logs beside the one being written.
  private Set<String> staleFiles() throws IOException {
    Set<String> live = new HashSet<>();
    for (LiveFileMetaData file : db.getLiveFilesMetaData()) {
      live.add(file.fileName().replace("/", ""));
    }
    Set<String> stale = new HashSet<>();
    List<String> logs = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (String name : files.map(file -> file.getFileName().toString()).toList()) {
        if (name.endsWith(".sst") && !live.contains(name)) {
          stale.add(name);
        }
        if (name.endsWith(".log")) {
          logs.add(name);
        }
      }
    }
    // Numbered; more than six digits make a longer name.
    logs.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    stale.addAll(logs.subList(0, Math.max(0, logs.size() - 1)));
    return stale;
  }

  private <R> R using(String what, Use<R> use) {
    useLock.readLock().lock();
    try {
      checkOpen();
      return use.run();
    } catch (RocksDBException e) {
      throw failure(what, e);
    } finally {
      useLock.readLock().unlock();
    }
  }

  private UncheckedIOException failure(String what, Exception cause) {
    return new UncheckedIOException(
        "metadata in %s: cannot %s: %s".formatted(directory, what, cause.getMessage()),
        cause instanceof IOException io ? io : new IOException(cause));
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("metadata store in " + directory + " is closed");
    }
  }

  private interface Use<R> {
    R run() throws RocksDBException;
  }
}
