/// Benchmarks of the block engine, on files as the daemon has them.
///
/// Threads: JMH gives every benchmark thread a state of its own. Nothing imports this package.
@NullMarked
package io.blockseal.volume.engine;

import org.jspecify.annotations.NullMarked;
