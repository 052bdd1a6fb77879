/// Snapshots: taking, sharing, re-encrypting, restoring, verifying and deleting them.
///
/// A snapshot is a manifest, which names the stored form of each 512 KiB chunk by its digest, and
/// the chunks themselves in a [io.blockseal.snapshot.ChunkStore]. Everything here handles
/// ciphertext; only re-encryption ever sees a key. Long work runs in
/// [io.blockseal.snapshot.SnapshotTask]s on virtual threads, so many of them may overlap; every
/// public type says its own threading rule.
///
/// Locks, outermost first: the life-cycle lock of [io.blockseal.snapshot.SnapshotStore], the lock
/// of the reference counts, the striped locks over digests, the lock of a chunk store. None is held
/// while a volume is called, and a volume's own locks may be held while a chunk is handed in.
///
/// May be imported by the control plane and the composition root; imports the engine, the metadata
/// store and the JDK.
@NullMarked
package io.blockseal.snapshot;

import org.jspecify.annotations.NullMarked;
