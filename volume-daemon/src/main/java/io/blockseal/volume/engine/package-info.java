/// The block engine: opening, reading, writing, flushing, discarding, growing and closing one
/// volume.
///
/// Locks live here and nowhere else below the control plane.
@NullMarked
package io.blockseal.volume.engine;

import org.jspecify.annotations.NullMarked;
