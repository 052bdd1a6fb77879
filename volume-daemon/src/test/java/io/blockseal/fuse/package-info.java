/// Tests of the FUSE export, on devices in memory. [io.blockseal.fuse.RequiresFuse] and
/// [io.blockseal.fuse.FuseSandbox] are for the tests of other packages too.
@NullMarked
package io.blockseal.fuse;

import org.jspecify.annotations.NullMarked;
