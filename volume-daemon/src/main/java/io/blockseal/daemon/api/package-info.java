/// The daemon's own small JSON API under `/_blockseal/`, for what AWS has no call for: the clock,
/// where a volume's file is and why its key refused, how many bytes of a copy are done, health.
///
/// Requests arrive verified; they are signed like AWS ones, for the service `blockseal`. A failure
/// is answered as AWS JSON answers one: `{"__type": code, "message": text}`.
///
/// Threads: everything is immutable or thread-safe. Imported by `daemon` only.
@NullMarked
package io.blockseal.daemon.api;

import org.jspecify.annotations.NullMarked;
