/// Where the bytes of a volume lie: [BlockStore], one file-like store of bytes with positional
/// reads and writes, and [VolumeFiles], the few stores that make one volume. They know nothing of
/// ciphers or layouts.
///
/// Threads: stores are thread-safe and hold no lock of ours while they wait for the system, but for
/// one that keeps a close from pulling the file away under a call. May be imported by `engine`.
@NullMarked
package io.blockseal.volume.store;

import org.jspecify.annotations.NullMarked;
