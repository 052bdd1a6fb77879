package io.blockseal.aws.gateway;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.wire.WireProtocol;
import io.blockseal.aws.wire.WireProtocol.DecodedCall;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;

/// A service as a gateway serves it: its model and whatever implements its interface. Thread-safe
/// if that is.
///
/// @param <A> the service's interface
public final class ServiceEndpoint<A> {

  private final ServiceModel<A> model;
  private final A api;
  private final WireProtocol protocol;

  public ServiceEndpoint(ServiceModel<A> model, A api) {
    this.model = model;
    this.api = api;
    this.protocol = WireProtocol.of(model.metadata().protocol());
  }

  public ServiceModel<A> model() {
    return model;
  }

  WireProtocol protocol() {
    return protocol;
  }

  /// Decodes, validates, calls and encodes. Throws an [io.blockseal.aws.AwsException] if any of
  /// that fails in a way that is the caller's to know.
  WireResponse call(Caller caller, WireRequest request) {
    return call(protocol.decodeRequest(model, request), caller);
  }

  private <I extends Structure> WireResponse call(DecodedCall<A, I> call, Caller caller) {
    protocol.validate(call.input());
    Structure output = call.operation().invocation().invoke(api, caller, call.input().toRecord());
    try {
      return protocol.encodeResponse(model, call.operation(), output, caller.requestId());
    } finally {
      wipe(output);
    }
  }

  /// An answer is written once, and its blobs may be plaintext keys.
  private static void wipe(Structure output) {
    for (int i = 0; i < output.shape().members().size(); i++) {
      if (output.valueAt(i) instanceof Blob blob) {
        blob.wipe();
      }
    }
  }
}
