/// Tests of the distribution as a user has it: the two programs as processes, real mounts, real
/// kills.
///
/// They need root, `/dev/fuse` and libfuse 2, and are skipped with a reason where one is missing.
@NullMarked
package io.blockseal.it;

import org.jspecify.annotations.NullMarked;
