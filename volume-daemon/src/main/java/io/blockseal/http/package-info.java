/// The HTTP/1.1 server: bytes of a socket to whole requests, whole answers to bytes, TLS.
///
/// It knows nothing of AWS: a request that is well-formed HTTP goes whole to the
/// [HttpHandler][io.blockseal.http.HttpHandler] it was started with. Everything that a client can
/// make it hold has a bound, named in [HttpLimits][io.blockseal.http.HttpLimits].
///
/// Threads: event loops parse and write; the handler runs on a virtual thread a request, so it may
/// block. Imported by `daemon` only; the only importer of `io.netty`.
@NullMarked
package io.blockseal.http;

import org.jspecify.annotations.NullMarked;
