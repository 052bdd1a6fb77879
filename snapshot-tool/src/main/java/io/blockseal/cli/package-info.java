/// `blockseal`, the command line. It speaks only the AWS APIs (and the daemon's small one beside
/// them), so it works against AWS too.
///
/// [io.blockseal.cli.Main] reads the options, [io.blockseal.cli.CommandTable] lists the commands,
/// each command is a class in the package of its noun and gets what it needs from a
/// [io.blockseal.cli.Context]. Threads: one. Imported by nothing.
@NullMarked
package io.blockseal.cli;

import org.jspecify.annotations.NullMarked;
