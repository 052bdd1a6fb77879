/// Commands about KMS keys and their aliases.
///
/// Threads: one. Imported by the command table only.
@NullMarked
package io.blockseal.cli.key;

import org.jspecify.annotations.NullMarked;
