package io.blockseal.aws.gateway;

import io.blockseal.aws.Caller;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;

/// Whatever serves signed requests that belong to no AWS service. Implementations are thread-safe.
@FunctionalInterface
public interface SignedHandler {

  /// Answers a request whose signature is verified. Throws an [io.blockseal.aws.AwsException] to
  /// refuse it, which is answered as AWS JSON.
  WireResponse handle(Caller caller, WireRequest request);
}
