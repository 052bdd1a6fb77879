/// What fuzz tests share: changes to valid bytes, checksums put right after them, and a bound on
/// what a parser may allocate.
///
/// Stateless. Imported by tests whose names end in `FuzzTest`; `scripts/fuzz.sh` runs those for
/// longer than their seeds.
@NullMarked
package io.blockseal.fuzz;

import org.jspecify.annotations.NullMarked;
