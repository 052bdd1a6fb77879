package io.blockseal.snapshot;

import java.io.IOException;
import java.io.Serial;

/// More snapshots are pending than a store takes at a time.
public final class TooManySnapshotsException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  TooManySnapshotsException(String snapshotId, int max) {
    super(
        "cannot begin snapshot %s: %d others are pending, and no more are allowed"
            .formatted(snapshotId, max));
  }
}
