/// The kernel's side of FUSE, spoken without a library: the mount, the device or the io_urings that
/// requests are taken from, and the bytes of requests and answers.
///
/// It knows the protocol and nothing of what is exported: [io.blockseal.fuse.kernel.FuseMount]
/// mounts and greets, [io.blockseal.fuse.kernel.FuseExchange] is one thread's way to take a request
/// and answer it, the `…Layout` classes name the fields. Structures and numbers are those of the
/// kernel's `include/uapi/linux/fuse.h`, under its names; 64-bit little-endian Linux, protocol 7.31
/// and later.
///
/// Threads: an exchange is confined to the thread that serves with it; everything else is
/// thread-safe.
///
/// Who may import it: `io.blockseal.fuse`. It imports nothing but the JDK.
@NullMarked
package io.blockseal.fuse.kernel;

import org.jspecify.annotations.NullMarked;
