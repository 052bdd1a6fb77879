/// Commands about volumes, from creating one to mounting it.
///
/// Threads: one. Imported by the command table only.
@NullMarked
package io.blockseal.cli.volume;

import org.jspecify.annotations.NullMarked;
