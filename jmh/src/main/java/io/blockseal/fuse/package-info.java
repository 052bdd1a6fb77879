/// What the FUSE transports cost by themselves: `scripts/bench-fio.sh` measures it from outside,
/// [io.blockseal.fuse.RequestBenchmark] request by request.
///
/// Threads: those of the transport. Nothing imports this package.
@NullMarked
package io.blockseal.fuse;

import org.jspecify.annotations.NullMarked;
