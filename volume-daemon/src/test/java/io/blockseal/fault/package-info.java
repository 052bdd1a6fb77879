/// Stores that fail: one [io.blockseal.fault.FaultPlan] decides which call of which store goes
/// wrong and how, and the wrappers around `VolumeFiles`, `ChunkStore` and `MetadataStore` carry it
/// out. A plan may be shared by stores of every kind, so that "the n-th I/O" means the n-th of all
/// of them.
@NullMarked
package io.blockseal.fault;

import org.jspecify.annotations.NullMarked;
