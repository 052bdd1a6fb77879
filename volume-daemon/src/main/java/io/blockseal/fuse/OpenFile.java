package io.blockseal.fuse;

/// One open of an exported file.
///
/// @param handle what the kernel presents with every request on this open
/// @param direct whether its requests go past the page cache, as those of all opens of the file
///   then
/// @param keepCache whether pages that the kernel still has of this file are its present contents
record OpenFile(
    int handle, ExportedFile file, boolean writable, boolean direct, boolean keepCache) {}
