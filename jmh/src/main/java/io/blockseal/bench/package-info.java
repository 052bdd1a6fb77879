/// What benchmarks share: places for files that go away with them.
///
/// Threads: confined to the state that uses them. Imported by benchmarks only.
@NullMarked
package io.blockseal.bench;

import org.jspecify.annotations.NullMarked;
