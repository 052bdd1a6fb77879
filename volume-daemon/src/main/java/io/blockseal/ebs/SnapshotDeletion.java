package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DeleteSnapshotRequest;
import io.blockseal.aws.ec2.DeleteSnapshotResponse;
import io.blockseal.meta.Batch;
import java.io.IOException;

/// `DeleteSnapshot`: the record goes at once, the blocks that no other snapshot or volume needs go
/// behind it.
final class SnapshotDeletion {
  private final ControlPlane plane;

  SnapshotDeletion(ControlPlane plane) {
    this.plane = plane;
  }

  DeleteSnapshotResponse delete(Caller caller, DeleteSnapshotRequest request) {
    Batch batch;
    ResourceName name;
    do {
      SnapshotRecord snapshot = plane.records().snapshot(caller, request.snapshotId());
      ControlPlane.checkDryRun(request.dryRun());
      name = snapshot.name();
      batch = Batch.begin();
      plane.records().snapshots().delete(batch, name.path(), snapshot);
      plane.records().snapshotDeletions().put(batch, name.path(), name);
    } while (!plane.records().commit(batch));
    ResourceName deleted = name;
    plane.work().start("deletion of " + deleted, () -> finish(deleted));
    return new DeleteSnapshotResponse();
  }

  /// Deletes the blocks of a snapshot whose record is gone.
  void finish(ResourceName name) throws InterruptedException {
    try {
      plane.blocks().deleteSnapshot(name.id());
      plane.holds().release(name);
      plane.records().snapshotDeletions().delete(name.path());
    } catch (IOException e) {
      plane.work().checkOpen();
      plane.keep(name, "DeleteSnapshot", e);
    }
  }
}
