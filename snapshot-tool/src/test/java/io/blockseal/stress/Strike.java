package io.blockseal.stress;

/// What the daemon is doing, besides the load, when it is killed.
enum Strike {
  /// Nothing else.
  LOAD,
  /// Taking a snapshot.
  SNAPSHOT,
  /// Attaching a volume.
  ATTACH,
  /// Taking a volume away from its writers.
  DETACH,
  /// Fetching the blocks of a volume made from a snapshot, which is written to already.
  HYDRATION,
  /// Making and deleting volumes and copying a snapshot.
  MAKING,
  /// Starting again, after it was killed under load.
  START
}
