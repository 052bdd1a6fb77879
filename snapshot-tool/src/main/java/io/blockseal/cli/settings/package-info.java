/// Commands about the account settings of EBS encryption, and the movable clock.
///
/// Threads: one. Imported by the command table only.
@NullMarked
package io.blockseal.cli.settings;

import org.jspecify.annotations.NullMarked;
