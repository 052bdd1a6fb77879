package io.blockseal.snapshot;

import java.util.List;

/// What a walk over all chunks of a snapshot found. Immutable.
///
/// @param chunksChecked chunks that are not holes
/// @param chunksBad how many of them are unreadable
/// @param bad where they are, ascending; at most [#MAX_RANGES] ranges
public record VerifyReport(
    String snapshotId, long chunksChecked, long chunksBad, List<BadRange> bad) {
  /// What a person can read; [#chunksBad] counts the rest too.
  public static final int MAX_RANGES = 1000;

  public VerifyReport {
    bad = List.copyOf(bad);
  }

  /// Whether every chunk is as it was stored.
  public boolean intact() {
    return chunksBad == 0;
  }

  /// Bytes of the volume that are lost.
  ///
  /// @param offset the first of them
  /// @param reason what is wrong with the chunks that hold them
  public record BadRange(long offset, long lengthBytes, String reason) {}
}
