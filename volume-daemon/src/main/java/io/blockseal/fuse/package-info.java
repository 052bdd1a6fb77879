/// The FUSE export: every published volume is one file of fixed size below a single mount point.
///
/// Two halves. [io.blockseal.fuse.ExportedFiles] is what any transport needs: names, handles,
/// sizes, what is refused and with which errno; it knows no FUSE library. A
/// [io.blockseal.fuse.FuseTransport] carries the kernel's requests to it, and
/// [io.blockseal.fuse.FuseTransportKind] says which: [io.blockseal.fuse.KernelFuseTransport], with
/// its `KernelOperations`, over the protocol in `io.blockseal.fuse.kernel`, through the device or
/// io_urings; or [io.blockseal.fuse.JnrFuseTransport] over libfuse 2, which alone, with its
/// `JnrOperations`, `FuseLayouts` and `LibFuse2`, imports jnr. What is seen through the mount is
/// the same, and the same tests say so.
///
/// Threads: requests run on the transport's own Java threads, a bounded number, and may block in
/// the device below; every such thread is an `IO_FLUSHER` of the kernel where that is allowed. Lock
/// order: the table of [io.blockseal.fuse.ExportedFiles], then nothing; the request lock of an
/// [io.blockseal.fuse.ExportedFile] is never taken while the table is held.
///
/// Who may import it: the daemon's composition root, and tests. Everybody else sees
/// `io.blockseal.volume.engine.VolumeExports`.
@NullMarked
package io.blockseal.fuse;

import org.jspecify.annotations.NullMarked;
