package io.blockseal.http;

import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;

/// Answers requests. Called on a virtual thread a request, many at a time; may block.
@FunctionalInterface
public interface HttpHandler {
  /// The answer to `request`. Whatever this throws is logged and answered with a bare 500.
  ///
  /// The server takes the answer's body over, and overwrites it with zeros when it was sent.
  ///
  /// @param recognised to be called once it is known who sends the request
  WireResponse handle(WireRequest request, Runnable recognised);
}
