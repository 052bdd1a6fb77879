/// The block engine: opening, reading, writing, flushing, discarding, growing, cutting and closing
/// one volume.
///
/// From the outside in: [io.blockseal.volume.engine.Volume] splits requests into pieces and holds
/// the locks; `Units` (one version a cipher) turns the bytes of a piece into ciphertext and back;
/// `Homes` (one version a layout) keeps the stored form of chunks, and knows no key. What needs no
/// key sits in `Medium`, which a `SealedVolume` shares.
///
/// Locks live here and nowhere else below the control plane. Their order; whoever holds one takes
/// only those below it:
///
/// 1. journal room: `Journal.admit` waits for a checkpoint, so it is called with no lock held
/// 2. the flush turn (`GroupCommit`)
/// 3. chunk stripes (`ChunkLocks`), several of them in ascending order of their index, all of them
///    for a cut, a growth or a close
/// 4. what is private to one class and held for memory work only (`Hydration`, `ChangeTracker`,
///    `PendingCut`, `ScratchPool`), or for one write to the journal's tail (`Journal`)
///
/// Sinks, backings and stores are called with stripes held, so they must never call back into the
/// volume.
///
/// May be imported by `snapshot`, `fuse`, `ebs` and `daemon`.
@NullMarked
package io.blockseal.volume.engine;

import org.jspecify.annotations.NullMarked;
