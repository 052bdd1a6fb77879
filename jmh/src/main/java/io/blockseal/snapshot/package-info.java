/// Benchmarks of what a snapshot and a copy do with one chunk.
///
/// Threads: JMH gives every benchmark thread a state of its own. Nothing imports this package.
@NullMarked
package io.blockseal.snapshot;

import org.jspecify.annotations.NullMarked;
