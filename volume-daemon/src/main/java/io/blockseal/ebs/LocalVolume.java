package io.blockseal.ebs;

import io.blockseal.ebs.BlockPlane.VolumeHealth;
import io.blockseal.secret.SecretBytes;
import io.blockseal.snapshot.CutSource;
import io.blockseal.snapshot.InterruptedSnapshot;
import io.blockseal.snapshot.SnapshotBacking;
import io.blockseal.snapshot.SnapshotStore;
import io.blockseal.snapshot.SnapshotTask;
import io.blockseal.volume.engine.OpenOptions;
import io.blockseal.volume.engine.SealedVolume;
import io.blockseal.volume.engine.Volume;
import io.blockseal.volume.engine.VolumeExports;
import io.blockseal.volume.format.VolumeHeader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One volume of this machine: open with its key while it is attached, open without it while
/// snapshots are taken of it, else closed.
///
/// A snapshot goes on through attaching and detaching. When the volume that it copies from is
/// closed under it, its task is interrupted; attaching hands it the attached volume before the
/// first write, and after detaching its *tender* hands it the sealed one. Thread-safe.
final class LocalVolume {
  private static final System.Logger LOG = System.getLogger(LocalVolume.class.getName());
  private static final Duration POLL = Duration.ofMillis(20);
  private static final VolumeHealth UNREADABLE = new VolumeHealth(true, 100);

  private final ResourceName name;
  private final VolumeDirectory directory;
  private final SnapshotStore snapshots;
  private final VolumeExports exports;
  private final SecureRandom random;
  private final RootRecords roots;

  /// Tasks that copy from this volume and have a tender.
  private final ConcurrentHashMap<String, SnapshotTask> tended = new ConcurrentHashMap<>();

  // The rest is changed under this; what is attached may be asked how it does without.
  private volatile @Nullable AttachedVolume attached;
  private @Nullable SealedUse sealed;
  private boolean closed;

  LocalVolume(
      ResourceName name,
      VolumeDirectory directory,
      SnapshotStore snapshots,
      VolumeExports exports,
      SecureRandom random,
      RootRecords roots) {
    this.name = name;
    this.directory = directory;
    this.snapshots = snapshots;
    this.exports = exports;
    this.random = random;
    this.roots = roots;
  }

  synchronized String attach(
      @Nullable SecretBytes dataKey, long sizeBytes, Map<String, String> attributes)
      throws IOException {
    checkUsable();
    if (attached != null) {
      throw new IllegalStateException(name + " is attached already");
    }
    unseal();
    AttachedVolume opened = open(dataKey);
    try {
      resumeAll(opened);
      if (opened.volume().sizeBytes() < sizeBytes) {
        opened.volume().grow(sizeBytes);
      }
      String path = exports.publish(name.id(), opened.volume(), attributes);
      attached = opened;
      opened.hydrate();
      return path;
    } catch (Throwable e) {
      closeAfter(opened.equals(attached) ? () -> detach(true) : opened::close, e);
      throw e;
    }
  }

  /// @return false if something has it open
  synchronized boolean detach(boolean force) throws IOException {
    AttachedVolume open = attached;
    if (open == null) {
      return true;
    }
    IOException failure = null;
    try {
      if (!exports.withdraw(name.id(), force)) {
        return false;
      }
    } catch (IOException e) {
      // It is withdrawn, though requests in flight did not end.
      failure = e;
    }
    attached = null;
    try {
      open.close();
    } catch (IOException e) {
      if (failure != null) {
        e.addSuppressed(failure);
      }
      throw e;
    }
    if (failure != null) {
      throw failure;
    }
    return true;
  }

  synchronized void grow(long sizeBytes) throws IOException {
    AttachedVolume open = attached;
    if (open == null) {
      directory.checkRoom(name, sizeBytes);
    } else if (open.volume().sizeBytes() < sizeBytes) {
      open.volume().grow(sizeBytes);
    }
  }

  VolumeHealth health() {
    AttachedVolume open = attached;
    if (open != null) {
      return new VolumeHealth(
          open.volume().readOnly(), open.hydratedPercent(), open.hydrationFailure());
    }
    try {
      boolean hydrated = directory.header(name).sourceSnapshotId() == null;
      return new VolumeHealth(false, hydrated ? 100 : 0);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the header of {0} can''t be read: {1}", name, e);
      return UNREADABLE;
    }
  }

  /// The moment of the snapshot lies inside this call.
  synchronized SnapshotTask takeSnapshot(String snapshotId) throws IOException {
    checkUsable();
    CutSource source = source();
    try {
      SnapshotTask task = snapshots.take(snapshotId, source);
      tend(task);
      return task;
    } catch (Throwable e) {
      closeAfter(source, e);
      throw e;
    }
  }

  /// The task of a pending snapshot, which goes on if it was interrupted.
  synchronized SnapshotTask resumeSnapshot(String snapshotId) throws IOException {
    checkUsable();
    SnapshotTask task =
        snapshots
            .task(snapshotId)
            .orElseThrow(() -> new IOException("snapshot " + snapshotId + " is not pending"));
    if (task.state() == SnapshotTask.State.INTERRUPTED) {
      resume(snapshotId, source());
    }
    tend(task);
    return task;
  }

  /// Waits for the snapshots that are being taken, then deletes the files.
  void delete() throws IOException {
    for (InterruptedSnapshot interrupted : interrupted()) {
      resumeSnapshot(interrupted.snapshotId());
    }
    for (SnapshotTask task : List.copyOf(tended.values())) {
      awaitEnd(task);
    }
    synchronized (this) {
      // The tasks that end now may go on at the next start, and need the files then.
      checkUsable();
      if (attached != null) {
        throw new IllegalStateException(name + " is attached");
      }
      Path file = directory.file(name);
      if (Files.exists(file.getParent())) {
        Volume.delete(file);
      }
      roots.forget(name);
    }
    snapshots.release(name.id());
  }

  /// Withdraws the volume from whoever uses it and closes it for good.
  synchronized void close() throws IOException {
    closed = true;
    try {
      detach(true);
    } finally {
      if (sealed != null) {
        sealed.close();
      }
    }
  }

  private void checkUsable() throws IOException {
    if (closed) {
      throw new IOException(name + " is closed: the daemon is stopping");
    }
  }

  private AttachedVolume open(@Nullable SecretBytes dataKey) throws IOException {
    Volume.dropCached(directory.file(name));
    SnapshotBacking backing = backing(directory.header(name));
    try {
      OpenOptions options = options(backing).witnessedBy(roots.witness(name));
      Volume volume = Volume.open(directory.file(name), dataKey, options, random);
      return new AttachedVolume(volume, backing, snapshots);
    } catch (Throwable e) {
      closeAfter(backing, e);
      throw e;
    }
  }

  /// A snapshot may be there to save what is left on a disk that cannot be synced.
  private void dropCachedIfPossible() {
    try {
      Volume.dropCached(directory.file(name));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the header of {0} is read as it is remembered: {1}", name, e);
    }
  }

  private OpenOptions options(@Nullable SnapshotBacking backing) {
    return OpenOptions.writable().forVolume(name.id()).with(backing);
  }

  private @Nullable SnapshotBacking backing(VolumeHeader header) throws IOException {
    String source = header.sourceSnapshotId();
    return source == null ? null : snapshots.backing(source);
  }

  /// What a snapshot copies from now.
  private CutSource source() throws IOException {
    AttachedVolume open = attached;
    if (open != null) {
      return CutSource.of(open.volume());
    }
    CutSource shared = sealed == null ? null : sealed.source();
    if (shared != null) {
      return shared;
    }
    dropCachedIfPossible();
    SnapshotBacking backing = backing(directory.header(name));
    try {
      SealedVolume volume = Volume.openSealed(directory.file(name), options(backing));
      SealedUse opened = new SealedUse(volume, backing);
      sealed = opened;
      CutSource source = opened.source();
      if (source == null) {
        throw new IllegalStateException("closed while it was opened");
      }
      return source;
    } catch (Throwable e) {
      closeAfter(backing, e);
      throw e;
    }
  }

  /// Closes the volume if it is open without its key, and waits until every task that copied from
  /// it, or from the volume as it was attached before, has noticed: none may go on with what is
  /// written from now on.
  private void unseal() throws IOException {
    if (sealed != null) {
      sealed.close();
      sealed = null;
    }
    for (SnapshotTask task : snapshots.tasksOf(name.id())) {
      while (task.copying()) {
        pause(task);
      }
    }
  }

  /// Hands every interrupted snapshot the volume; one that can't go on is given up, since it may
  /// not stay behind while the volume is written to.
  private void resumeAll(AttachedVolume opened) throws IOException {
    for (InterruptedSnapshot interrupted : interrupted()) {
      String snapshotId = interrupted.snapshotId();
      try {
        tend(resume(snapshotId, CutSource.of(opened.volume())));
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, () -> "snapshot " + snapshotId + " is given up", e);
        snapshots.delete(snapshotId);
      }
    }
  }

  private SnapshotTask resume(String snapshotId, CutSource source) throws IOException {
    try {
      return snapshots.resume(snapshotId, source);
    } catch (Throwable e) {
      closeAfter(source, e);
      throw e;
    }
  }

  private List<InterruptedSnapshot> interrupted() {
    return snapshots.interrupted().stream()
        .filter(interrupted -> interrupted.kind() == SnapshotTask.Kind.TAKE)
        .filter(interrupted -> interrupted.facts().volumeId().equals(name.id()))
        .toList();
  }

  /// Sees to it that a task gets to its end whatever happens to the volume.
  private void tend(SnapshotTask task) {
    if (tended.putIfAbsent(task.snapshotId(), task) == null) {
      Thread.ofVirtual()
          .name("tender of " + task.snapshotId())
          .start(
              () -> {
                try {
                  while (!ended(task)) {
                    resumeIfInterrupted(task);
                    pause(task);
                  }
                } catch (IOException | RuntimeException e) {
                  LOG.log(Level.WARNING, () -> task + " can't go on before the next start", e);
                } finally {
                  tended.remove(task.snapshotId());
                }
              });
    }
  }

  private synchronized void resumeIfInterrupted(SnapshotTask task) throws IOException {
    if (!closed && task.state() == SnapshotTask.State.INTERRUPTED) {
      resume(task.snapshotId(), source());
    }
  }

  private static boolean ended(SnapshotTask task) {
    return switch (task.state()) {
      case COMPLETED, FAILED -> true;
      case RUNNING, INTERRUPTED -> false;
    };
  }

  private static void awaitEnd(SnapshotTask task) throws IOException {
    while (!ended(task)) {
      pause(task);
    }
  }

  /// Waits a moment, or until the task has ended.
  private static void pause(SnapshotTask task) throws IOException {
    try {
      task.completion().get(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return; // The caller looks at the state.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + task, e);
    }
  }

  private static void closeAfter(@Nullable AutoCloseable resource, Throwable reason) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Throwable e) {
      // The system may throw one and the same Error whenever memory is short.
      if (!e.equals(reason)) {
        reason.addSuppressed(e);
      }
    }
  }
}
