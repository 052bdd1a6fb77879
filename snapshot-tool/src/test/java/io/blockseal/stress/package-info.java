/// Kill -9, again and again: a daemon of the distribution under load is killed at random moments,
/// started again, and everything that it had acknowledged is looked for.
///
/// [io.blockseal.stress.Stress] is the program, run by `scripts/stress.sh`. What must be there is
/// known to an [io.blockseal.stress.Oracle] a volume: of each 4 KiB unit every content that it may
/// have. Loads run on threads of their own that share nothing but disjoint parts of the oracle; the
/// rest is one thread.
@NullMarked
package io.blockseal.stress;

import org.jspecify.annotations.NullMarked;
