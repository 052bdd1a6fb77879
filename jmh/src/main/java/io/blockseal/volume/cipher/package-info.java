/// Benchmarks of the unit ciphers: what one core encrypts and decrypts in a second, beside what the
/// JDK alone would reach.
///
/// Threads: JMH gives every benchmark thread a state of its own. Nothing imports this package.
@NullMarked
package io.blockseal.volume.cipher;

import org.jspecify.annotations.NullMarked;
