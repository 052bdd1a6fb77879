/// `blockseald`: its commands, its settings, and the one place that builds and closes everything.
///
/// Threads: commands run on the main thread; what [Daemon][io.blockseal.daemon.Daemon] builds has
/// threads of its own. Imported by nobody; imports every room.
@NullMarked
package io.blockseal.daemon;

import org.jspecify.annotations.NullMarked;
