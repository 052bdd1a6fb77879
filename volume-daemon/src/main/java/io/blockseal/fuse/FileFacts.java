package io.blockseal.fuse;

/// What `stat` shows of a file or of the directory itself.
///
/// @param directory whether it is the directory of all exports
/// @param permissions the lower nine bits of the mode
/// @param inode a number that no other published file has
/// @param changedMs when it was published, in milliseconds since 1970
record FileFacts(boolean directory, int permissions, long inode, long sizeBytes, long changedMs) {}
