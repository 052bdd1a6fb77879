/// Commands about snapshots and their copies.
///
/// Threads: one. Imported by the command table only.
@NullMarked
package io.blockseal.cli.snapshot;

import org.jspecify.annotations.NullMarked;
