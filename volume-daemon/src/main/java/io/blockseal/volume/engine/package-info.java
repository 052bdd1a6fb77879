/// The block engine: opening, reading, writing, flushing, discarding, growing, cutting and closing
/// one volume.
///
/// From the outside in: [io.blockseal.volume.engine.Volume] splits requests into pieces and holds
/// the locks; `Units` (one version a cipher) turns the bytes of a piece into ciphertext and back;
/// `Homes` (one version a layout) keeps the stored form of chunks. What needs no key sits in
/// `Medium`, which a `SealedVolume` shares; where the key is there, `CheckedPages` compares tag
/// pages with the tag tree.
///
/// Locks live here and nowhere else below the control plane. Their order; whoever holds one takes
/// only those below it:
///
/// 1. journal room: `Journal.admit` waits for a checkpoint, so it is called with no lock held
/// 2. the flush turn (`GroupCommit`)
/// 3. that the volume grows, or that its source is let go (`Volume`); the turn of checkpoints
///    (`Checkpointer`)
/// 4. the header (`CurrentHeader`), held while the witness is told and the header is written
/// 5. chunk stripes (`ChunkLocks`), several of them in ascending order of their index, all of them
///    for a cut, a growth or a close
/// 6. what is private to one class and held for memory work only (`Hydration`, `ChangeTracker`,
///    `PendingCut`, `ScratchPool`, `SlabPool`, `PageCache`, `Adoptions`), or for one write to the
///    journal's tail (`Journal`)
///
/// Sinks, backings and stores are called with stripes held, and a witness with the header, so they
/// must never call back into the volume.
///
/// May be imported by `snapshot`, `fuse`, `ebs` and `daemon`.
@NullMarked
package io.blockseal.volume.engine;

import org.jspecify.annotations.NullMarked;
