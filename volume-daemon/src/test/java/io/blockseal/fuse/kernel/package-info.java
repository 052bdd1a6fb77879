/// Tests of the kernel's side of FUSE, without a mount.
@NullMarked
package io.blockseal.fuse.kernel;

import org.jspecify.annotations.NullMarked;
