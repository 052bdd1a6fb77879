package io.blockseal.snapshot;

/// That a snapshot is kept for somebody, deleted or not. Immutable.
public record SnapshotHold(String snapshotId, String holder) {}
