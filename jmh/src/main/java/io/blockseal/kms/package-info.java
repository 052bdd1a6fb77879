/// Benchmarks of the embedded KMS, called in-process.
///
/// Threads: JMH gives every benchmark thread a state of its own. Nothing imports this package.
@NullMarked
package io.blockseal.kms;

import org.jspecify.annotations.NullMarked;
