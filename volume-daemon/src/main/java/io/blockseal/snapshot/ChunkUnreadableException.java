package io.blockseal.snapshot;

import java.io.IOException;
import java.io.Serial;

/// A stored chunk that is gone or whose bytes are not the ones it was stored with.
public final class ChunkUnreadableException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final String reason;

  ChunkUnreadableException(ChunkDigest digest, String reason) {
    super("chunk " + digest + " is unreadable: " + reason);
    this.reason = reason;
  }

  /// @param lengthBytes how much of the volume the chunk covers
  ChunkUnreadableException(
      String snapshotId, long offset, long lengthBytes, ChunkUnreadableException cause) {
    super(
        "snapshot %s: bytes %d to %d are unreadable: %s"
            .formatted(snapshotId, offset, offset + lengthBytes - 1, cause.getMessage()),
        cause);
    this.reason = cause.reason;
  }

  /// What is wrong with the chunk, without its name.
  public String reason() {
    return reason;
  }
}
