package io.blockseal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Chunks in a local directory, one file each.
///
/// | path | what |
/// |---|---|
/// | `ab/ab12…` | a durable chunk, named by its digest, in one of 256 directories by its first byte |
/// | `incoming/ab12…` | a whole chunk whose bytes may not have reached the disk yet |
/// | `incoming/….part` | a chunk being written; removed when the store is opened |
///
/// A chunk gets its place among the durable ones only after its bytes were synced. Bytes in
/// `incoming` survive the death of the process; after the death of the machine they may be
/// anything, so opening the store checks their digests and drops what does not match. Thread-safe;
/// one store at a time may have the directory open.
public final class DirectoryChunkStore implements ChunkStore {
  /// How many chunks may wait for their sync before [#relieve] makes one: 128 MiB that it has to
  /// write, and that opening has to check after a crash.
  static final int MAX_UNSYNCED = 256;

  private static final int FAN_OUT = 256;

  private final Path directory;
  private final Path incoming;
  private final FileSync fileSync;
  private final AtomicLong drafts = new AtomicLong();

  /// Held by the one sync that runs; guards [#unnamed].
  private final ReentrantLock syncLock = new ReentrantLock();

  /// Held while a chunk moves, so that [#unsynced] is what lies in `incoming`. Taken inside
  /// [#syncLock].
  private final ReentrantLock moveLock = new ReentrantLock();

  /// Whole chunks in `incoming`; changed only under [#moveLock] or before the store is shared.
  private final Set<ChunkDigest> unsynced = ConcurrentHashMap.newKeySet();

  /// Directories with names that may not be durable. All of them at first: the process before this
  /// one may have died between a rename and the sync of its directory.
  private final Set<Path> unnamed = new HashSet<>();

  private volatile boolean failed;
  private volatile boolean closed;

  private DirectoryChunkStore(Path directory, FileSync fileSync) {
    this.directory = directory;
    this.incoming = directory.resolve("incoming");
    this.fileSync = fileSync;
  }

  /// Opens the store in `directory`, which is created if only its parent is there.
  public static DirectoryChunkStore open(Path directory) throws IOException {
    return open(directory, FileSync.SYSTEM);
  }

  static DirectoryChunkStore open(Path directory, FileSync fileSync) throws IOException {
    DirectoryChunkStore store = new DirectoryChunkStore(directory, fileSync);
    store.layOut();
    store.adoptIncoming();
    return store;
  }

  @Override
  public boolean put(ChunkDigest digest, ByteBuffer stored) throws IOException {
    checkUsable();
    if (has(digest, stored.remaining())) {
      return false;
    }
    Path draft = incoming.resolve(digest.hex() + "." + drafts.incrementAndGet() + ".part");
    try (FileChannel channel =
        FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      DurableFiles.writeFully(channel, stored.duplicate());
    } catch (IOException e) {
      Files.deleteIfExists(draft);
      throw new IOException("cannot store chunk " + digest + " in " + directory, e);
    }
    return admit(digest, draft, stored.remaining());
  }

  @Override
  public void get(ChunkDigest digest, ByteBuffer target) throws IOException {
    checkOpen();
    try (FileChannel channel = openChunk(digest)) {
      ByteBuffer filled = target.duplicate();
      if (channel.size() != filled.remaining()) {
        throw new ChunkUnreadableException(
            digest, "it has %d bytes, not %d".formatted(channel.size(), filled.remaining()));
      }
      while (filled.hasRemaining()) {
        if (channel.read(filled) < 0) {
          throw new ChunkUnreadableException(digest, "it was cut short while it was read");
        }
      }
    }
    ChunkDigest found = ChunkDigest.of(target);
    if (!found.equals(digest)) {
      throw new ChunkUnreadableException(digest, "its bytes were altered");
    }
    target.position(target.limit());
  }

  @Override
  public boolean contains(ChunkDigest digest) {
    checkOpen();
    return unsynced.contains(digest) || Files.exists(placeOf(digest));
  }

  @Override
  public boolean delete(ChunkDigest digest) throws IOException {
    checkOpen();
    moveLock.lock();
    try {
      unsynced.remove(digest);
      boolean waiting = Files.deleteIfExists(incoming.resolve(digest.hex()));
      return Files.deleteIfExists(placeOf(digest)) || waiting;
    } finally {
      moveLock.unlock();
    }
  }

  @Override
  public void relieve() throws IOException {
    if (unsynced.size() >= MAX_UNSYNCED) {
      sync();
    }
  }

  @Override
  public void sync() throws IOException {
    syncLock.lock();
    try {
      checkUsable();
      try {
        syncAll(List.copyOf(unsynced));
      } catch (IOException e) {
        throw new IOException("cannot make chunks in " + directory + " durable", e);
      }
    } finally {
      syncLock.unlock();
    }
  }

  @Override
  public void forEach(Consumer<ChunkDigest> visitor) throws IOException {
    checkOpen();
    for (int fan = 0; fan < FAN_OUT; fan++) {
      visit(directory.resolve(fanName(fan)), visitor);
    }
    // Last, because chunks move from here to there; one that moves meanwhile is a new one.
    List.copyOf(unsynced).forEach(visitor);
  }

  /// Syncs what can be synced; a store that failed has lost its right to.
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    try {
      if (!failed) {
        sync();
      }
    } finally {
      closed = true;
    }
  }

  /// Makes a whole draft visible, unless another thread was faster.
  private boolean admit(ChunkDigest digest, Path draft, int lengthBytes) throws IOException {
    moveLock.lock();
    try {
      if (has(digest, lengthBytes)) {
        Files.delete(draft);
        return false;
      }
      Files.move(draft, incoming.resolve(digest.hex()), StandardCopyOption.ATOMIC_MOVE);
      unsynced.add(digest);
      return true;
    } finally {
      moveLock.unlock();
    }
  }

  private void place(ChunkDigest digest, Path place) throws IOException {
    moveLock.lock();
    try {
      if (!unsynced.contains(digest)) {
        return; // deleted meanwhile
      }
      Files.move(incoming.resolve(digest.hex()), place, StandardCopyOption.ATOMIC_MOVE);
      unnamed.add(DurableFiles.parent(place));
      unsynced.remove(digest);
    } finally {
      moveLock.unlock();
    }
  }

  private void layOut() throws IOException {
    DurableFiles.createDirectory(directory);
    Files.createDirectories(incoming);
    for (int fan = 0; fan < FAN_OUT; fan++) {
      Path place = directory.resolve(fanName(fan));
      if (!Files.isDirectory(place)) {
        Files.createDirectory(place);
      }
      unnamed.add(place);
    }
    fileSync.directory(directory);
  }

  private void adoptIncoming() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (isDigest(name) && ChunkDigest.parse(name).equals(digestOf(file))) {
          unsynced.add(ChunkDigest.parse(name));
        } else {
          Files.delete(file);
        }
      }
    }
  }

  private void syncAll(List<ChunkDigest> batch) throws IOException {
    syncBytes(batch);
    for (ChunkDigest digest : batch) {
      place(digest, placeOf(digest));
    }
    syncNames();
  }

  /// Syncs on several threads, because the file system commits concurrent syncs together. If one
  /// fails, the files of the batch are removed: the system may believe from now on that their bytes
  /// are on the disk.
  private void syncBytes(List<ChunkDigest> batch) throws IOException {
    try {
      ParallelWork.forEach(batch.iterator(), this::syncBytes);
    } catch (IOException e) {
      failed = true;
      for (ChunkDigest digest : batch) {
        unsynced.remove(digest);
        try {
          Files.deleteIfExists(incoming.resolve(digest.hex()));
        } catch (IOException alsoFailed) {
          e.addSuppressed(alsoFailed);
        }
      }
      throw e;
    }
  }

  private void syncBytes(ChunkDigest digest) throws IOException {
    try {
      fileSync.file(incoming.resolve(digest.hex()));
    } catch (NoSuchFileException e) {
      if (unsynced.contains(digest)) {
        throw e;
      }
    }
  }

  private void syncNames() throws IOException {
    for (Path each : List.copyOf(unnamed)) {
      try {
        fileSync.directory(each);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
      unnamed.remove(each);
    }
  }

  private static void visit(Path fan, Consumer<ChunkDigest> visitor) throws IOException {
    List<ChunkDigest> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(fan)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (isDigest(name)) {
          found.add(ChunkDigest.parse(name));
        }
      }
    }
    found.forEach(visitor);
  }

  /// A chunk of another length than its bytes can only be a damaged one, which is stored anew.
  private boolean has(ChunkDigest digest, int lengthBytes) throws IOException {
    if (unsynced.contains(digest)) {
      return true;
    }
    Path place = placeOf(digest);
    return Files.exists(place) && Files.size(place) == lengthBytes;
  }

  /// Looks twice among the durable chunks, because a sync may move the chunk between two looks.
  private FileChannel openChunk(ChunkDigest digest) throws IOException {
    Path waiting = incoming.resolve(digest.hex());
    for (Path path : List.of(placeOf(digest), waiting, placeOf(digest))) {
      try {
        return FileChannel.open(path, StandardOpenOption.READ);
      } catch (NoSuchFileException e) {
        // It may be in the next place.
      }
    }
    throw new ChunkUnreadableException(digest, "it is not there");
  }

  private static ChunkDigest digestOf(Path file) throws IOException {
    return ChunkDigest.of(ByteBuffer.wrap(Files.readAllBytes(file)));
  }

  private Path placeOf(ChunkDigest digest) {
    return directory.resolve(fanName((int) (digest.word0() >>> 56))).resolve(digest.hex());
  }

  private static String fanName(int fan) {
    return HexFormat.of().toHexDigits((byte) fan);
  }

  private static boolean isDigest(String name) {
    return name.length() == 2 * ChunkDigest.LENGTH_BYTES && name.indexOf('.') < 0;
  }

  private void checkUsable() throws IOException {
    checkOpen();
    if (failed) {
      throw new IOException(
          "chunk store " + directory + " failed to sync before and has to be opened anew");
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("chunk store " + directory + " is closed");
    }
  }
}
