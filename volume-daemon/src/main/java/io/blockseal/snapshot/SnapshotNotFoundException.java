package io.blockseal.snapshot;

import java.io.IOException;
import java.io.Serial;

/// A snapshot that was named but is not there: unknown, deleted, not completed or failed.
public final class SnapshotNotFoundException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  SnapshotNotFoundException(String snapshotId, String attempt) {
    super(
        "cannot %s snapshot %s: there is no completed one of that id"
            .formatted(attempt, snapshotId));
  }
}
