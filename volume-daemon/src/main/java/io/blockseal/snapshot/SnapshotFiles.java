package io.blockseal.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The directory of a snapshot store, but for its chunks.
///
/// | path | what |
/// |---|---|
/// | `lock` | locked by the process that has the store open |
/// | `manifests/<snapshot>` | the manifest of a completed snapshot |
/// | `pending/<snapshot>/` | a snapshot that is not completed, see [PendingSnapshot] |
/// | `failed/<snapshot>` | why a snapshot failed, as text |
/// | `orphans` | there if the chunk store may have chunks that nobody knows of |
///
/// Thread-safe for different snapshots.
final class SnapshotFiles implements Closeable {
  private final Path root;
  private final FileChannel lockFile;

  /// How often orphans were noted. Guarded by this.
  private long orphanNotes;

  private SnapshotFiles(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /// Opens the directory, which is created if only its parent is there.
  ///
  /// @throws IOException if another process, or this one, has it open
  static SnapshotFiles open(Path root) throws IOException {
    DurableFiles.createDirectory(root);
    FileChannel lockFile =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!locked(lockFile)) {
        throw new IOException(
            "the snapshots in "
                + root
                + " are in use: another process, or this one, has them open");
      }
      SnapshotFiles files = new SnapshotFiles(root, lockFile);
      for (String name : List.of("manifests", "pending", "failed")) {
        DurableFiles.createDirectory(root.resolve(name));
      }
      return files;
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  Path manifest(String snapshotId) {
    return root.resolve("manifests").resolve(SnapshotFacts.checkId(snapshotId));
  }

  /// Whether the snapshot is completed.
  boolean completed(String snapshotId) {
    return Files.exists(manifest(snapshotId));
  }

  Path pending(String snapshotId) {
    return root.resolve("pending").resolve(SnapshotFacts.checkId(snapshotId));
  }

  List<String> pendingIds() throws IOException {
    return names("pending");
  }

  List<String> completedIds() throws IOException {
    return names("manifests");
  }

  private List<String> names(String directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(directory))) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    names.sort(null);
    return names;
  }

  /// Notes durably that a snapshot failed.
  void noteFailure(String snapshotId, String reason) throws IOException {
    DurableFiles.write(failed(snapshotId), ByteBuffer.wrap(reason.getBytes(UTF_8)));
  }

  Optional<String> failure(String snapshotId) throws IOException {
    Path note = failed(snapshotId);
    return Files.exists(note) ? Optional.of(Files.readString(note)) : Optional.empty();
  }

  /// @return whether there was a note
  boolean forgetFailure(String snapshotId) throws IOException {
    boolean noted = Files.deleteIfExists(failed(snapshotId));
    if (noted) {
      DurableFiles.syncDirectory(root.resolve("failed"));
    }
    return noted;
  }

  void deleteManifest(String snapshotId) throws IOException {
    if (Files.deleteIfExists(manifest(snapshotId))) {
      DurableFiles.syncDirectory(root.resolve("manifests"));
    }
  }

  /// Notes durably that a search for unknown chunks is due.
  synchronized void noteOrphans() throws IOException {
    orphanNotes++;
    DurableFiles.write(root.resolve("orphans"), ByteBuffer.allocate(0));
  }

  boolean orphansNoted() {
    return Files.exists(root.resolve("orphans"));
  }

  /// How often this process has noted that, to be asked before a search.
  synchronized long orphanNotes() {
    return orphanNotes;
  }

  /// The search is done, unless another one was called for meanwhile.
  ///
  /// @param notes what [#orphanNotes] said before it
  synchronized void forgetOrphans(long notes) throws IOException {
    if (notes == orphanNotes) {
      Files.deleteIfExists(root.resolve("orphans"));
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private Path failed(String snapshotId) {
    return root.resolve("failed").resolve(SnapshotFacts.checkId(snapshotId));
  }

  private static boolean locked(FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
