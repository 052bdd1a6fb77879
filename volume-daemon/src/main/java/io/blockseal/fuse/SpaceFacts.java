package io.blockseal.fuse;

/// What `statfs` shows.
///
/// @param totalBytes the sizes of all published volumes and the room left below them, so that `df`
///   shows the volumes as used
/// @param freeBytes what the directory with the volume files can still take
/// @param files how many volumes are published
record SpaceFacts(long totalBytes, long freeBytes, int files) {}
