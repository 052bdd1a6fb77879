package io.blockseal.ebs;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.engine.TreeRoot;
import java.io.IOException;
import java.io.Serial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything that the control plane asks of the data plane.
///
/// Calls block until they are done; what moves many blocks returns a [BlockTask] instead. Secrets
/// stay the caller's, who wipes them when the call has returned. Every call that makes or deletes
/// something may be repeated after a crash in the middle: making starts over, deleting what is gone
/// succeeds. Thread-safe; the control plane never runs two calls on one volume or snapshot that
/// exclude each other.
public interface BlockPlane extends AutoCloseable {

  /// A volume to be made.
  ///
  /// @param key null if the cipher is `NONE`
  record NewVolume(
      ResourceName name,
      long sizeBytes,
      Cipher cipher,
      String lineageId,
      @Nullable WrappedKey key) {}

  /// What a copy is kept under that gets a data key of its own.
  record NewSnapshotKey(Cipher cipher, String lineageId, WrappedKey key) {}

  /// More snapshots are being made than the data plane takes at a time.
  final class TooManyTasksException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    public TooManyTasksException(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// What a snapshot's manifest says.
  ///
  /// @param key null if the cipher is `NONE`
  /// @param fullSizeBytes the bytes it would take alone
  record SnapshotFacts(
      Cipher cipher, String lineageId, @Nullable WrappedKey key, long fullSizeBytes) {}

  /// How a volume does.
  ///
  /// @param readOnly writes are refused since a flush failed
  /// @param hydratedPercent how much of its snapshot has arrived; 100 if it needs none
  /// @param hydrationFailure why some of it has not arrived; null if nothing went wrong
  record VolumeHealth(boolean readOnly, int hydratedPercent, @Nullable String hydrationFailure) {
    VolumeHealth(boolean readOnly, int hydratedPercent) {
      this(readOnly, hydratedPercent, null);
    }
  }

  /// That the blocks of a snapshot are kept for the volume or snapshot of id `holder`.
  record Hold(String snapshotId, String holder) {}

  /// Keeps the blocks of a complete snapshot until [#releaseSnapshots], across restarts, even if
  /// the snapshot is deleted meanwhile. Repeating it does nothing.
  ///
  /// @param holder the id of the volume or snapshot that needs them
  /// @return false if there is no such snapshot
  boolean holdSnapshot(String snapshotId, String holder) throws IOException;

  /// Gives up every hold of `holder`. Repeating it does nothing.
  void releaseSnapshots(String holder);

  /// Every hold there is. A volume that takes blocks from its snapshot lets go by itself once it
  /// has them all.
  List<Hold> holds();

  /// The snapshot that a volume, which is not open, still takes blocks from; empty if it has them
  /// all.
  Optional<String> sourceSnapshot(ResourceName volume) throws IOException;

  /// Makes an empty volume.
  void createVolume(NewVolume volume, @Nullable SecretBytes dataKey) throws IOException;

  /// Makes a volume that shares the data key of a snapshot, which it holds: usable at once, blocks
  /// arrive later.
  void restoreVolume(NewVolume volume, @Nullable SecretBytes dataKey, String snapshotId)
      throws IOException;

  /// Makes a volume with the blocks of a snapshot under another data key; returns when all of them
  /// are there. If it ends before, nothing of the volume remains.
  ///
  /// @param sourceKey the data key of the snapshot; null if it is unencrypted
  /// @param progress told from several threads, one at a time; ends the call by throwing
  void restoreReencrypted(
      NewVolume volume,
      SecretBytes dataKey,
      String snapshotId,
      @Nullable SecretBytes sourceKey,
      Consumer<BlockTask.Progress> progress)
      throws IOException;

  /// The wrapped data key in a volume's header; empty if the volume is unencrypted.
  Optional<WrappedKey> volumeKey(ResourceName volume) throws IOException;

  /// What state the files of a GCM volume show, though nobody has checked whether they are
  /// authentic; empty for a volume of another cipher.
  Optional<TreeRoot> root(ResourceName volume) throws IOException;

  /// Opens a volume, grows it to `sizeBytes` if it is smaller, and makes it reachable. A snapshot
  /// of it that a crash interrupted goes on first.
  ///
  /// @param attributes shown beside the export
  /// @return where a program finds it
  String attach(
      ResourceName volume,
      @Nullable SecretBytes dataKey,
      long sizeBytes,
      Map<String, String> attributes)
      throws IOException;

  /// Takes a volume away from its users and closes it; one that is not open counts as taken away.
  ///
  /// @param force even if something has it open
  /// @return false if something has it open; nothing has changed then
  boolean detach(ResourceName volume, boolean force) throws IOException;

  /// Grows an attached volume; one that is not attached grows when it is attached next, for which
  /// it is only looked at whether its file may become as long.
  void grow(ResourceName volume, long sizeBytes) throws IOException;

  VolumeHealth health(ResourceName volume);

  /// Deletes a volume and waits for the snapshots of it that are still being taken.
  void deleteVolume(ResourceName volume) throws IOException;

  /// Fixes the blocks of this moment; the task then brings them to the snapshot.
  ///
  /// @throws TooManyTasksException which a later call may not
  BlockTask takeSnapshot(ResourceName volume, String snapshotId) throws IOException;

  /// Goes on with a snapshot of a volume that the process before this one began.
  ///
  /// @return empty if its blocks are no longer to be had
  Optional<BlockTask> resumeSnapshot(ResourceName volume, String snapshotId) throws IOException;

  /// A second snapshot with the blocks of another one, under the same data key.
  ///
  /// @param key that data key wrapped for the new snapshot; null if the cipher is `NONE`
  /// @throws TooManyTasksException which a later call may not
  BlockTask shareSnapshot(String sourceId, String snapshotId, @Nullable WrappedKey key)
      throws IOException;

  /// A second snapshot with the blocks of another one, under another data key. The secrets are
  /// copied before this returns.
  ///
  /// @param sourceKey the data key of the source; null if it is unencrypted
  /// @throws TooManyTasksException which a later call may not
  BlockTask reencryptSnapshot(
      String sourceId,
      @Nullable SecretBytes sourceKey,
      String snapshotId,
      NewSnapshotKey target,
      SecretBytes dataKey)
      throws IOException;

  /// The snapshots, taken or copied, that are not complete.
  List<String> pendingSnapshots();

  /// The task of a copy that the process before this one began and that goes on by itself.
  Optional<BlockTask> runningCopy(String snapshotId) throws IOException;

  /// The wrapped data key of a copy that the process before this one began and that needs its keys
  /// to go on.
  Optional<WrappedKey> interruptedCopy(String snapshotId) throws IOException;

  /// Goes on with such a copy.
  ///
  /// @param sourceKey the data key of the source; null if it is unencrypted
  /// @param dataKey the data key that the copy was begun with
  BlockTask resumeCopy(String snapshotId, @Nullable SecretBytes sourceKey, SecretBytes dataKey)
      throws IOException;

  /// What a complete snapshot's manifest says; empty if there is none.
  Optional<SnapshotFacts> snapshot(String snapshotId) throws IOException;

  /// As [#snapshot], also for one that is deleted but held.
  Optional<SnapshotFacts> heldSnapshot(String snapshotId) throws IOException;

  /// Deletes a snapshot, or stops and forgets one that is still being taken.
  void deleteSnapshot(String snapshotId) throws IOException;

  /// Takes every volume away from its users and closes it; what was under way goes on after the
  /// next start.
  @Override
  void close() throws IOException;
}
