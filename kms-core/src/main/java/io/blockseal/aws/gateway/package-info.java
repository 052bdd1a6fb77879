/// The server's entry for AWS calls: bytes in, bytes out, with no HTTP server in sight.
///
/// [Gateway][io.blockseal.aws.gateway.Gateway] finds the service, verifies the signature, decodes,
/// validates, calls and encodes. It is thread-safe and blocks as long as the called operation does,
/// so whoever drives it picks the thread. Imported by the rooms that serve HTTP or embed the
/// services.
@NullMarked
package io.blockseal.aws.gateway;

import org.jspecify.annotations.NullMarked;
