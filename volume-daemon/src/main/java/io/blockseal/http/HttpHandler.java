package io.blockseal.http;

import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;

/// Answers requests. Called on a virtual thread a request, many at a time; may block.
@FunctionalInterface
public interface HttpHandler {
  /// The answer to `request`. Whatever this throws is logged and answered with a bare 500.
  WireResponse handle(WireRequest request);
}
