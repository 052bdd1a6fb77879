package io.blockseal.aws.wire;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.shape.Operation;
import io.blockseal.aws.shape.Protocol;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.shape.Structure;

/// How requests, answers and errors look on the wire, for a server and for a client. Immutable.
public sealed interface WireProtocol permits AwsJsonProtocol, FormProtocol {

  /// A request whose operation is known and whose members are decoded but not yet valid.
  record DecodedCall<A, I extends Structure>(Operation<A, I, ?> operation, RawStructure<I> input) {}

  /// The protocol of a service.
  static WireProtocol of(Protocol protocol) {
    return switch (protocol) {
      case AWS_JSON -> AwsJsonProtocol.INSTANCE;
      case QUERY -> FormProtocol.QUERY;
      case EC2_QUERY -> FormProtocol.EC2;
    };
  }

  /// Finds the operation and decodes its input. Throws an [AwsException] if the service has no such
  /// operation or the request cannot be read.
  <A> DecodedCall<A, ?> decodeRequest(ServiceModel<A> service, WireRequest request);

  /// Throws an [AwsException] if the input breaks a constraint of the model.
  void validate(Structure input);

  WireResponse encodeResponse(
      ServiceModel<?> service, Operation<?, ?, ?> operation, Structure output, String requestId);

  WireResponse encodeError(AwsException error, String requestId);

  /// The request of a client: method, path, headers of the protocol and body; neither host nor
  /// signature.
  WireRequest encodeRequest(ServiceModel<?> service, Operation<?, ?, ?> operation, Structure input);

  /// Reads an answer of status 2xx. Throws an [AwsException] `MalformedResponse` if it cannot be
  /// read.
  <O extends Structure> O decodeResponse(Operation<?, ?, O> operation, WireResponse response);

  /// Reads any other answer: the modelled exception if the model has the code, else a plain
  /// [AwsException].
  AwsException decodeError(ServiceModel<?> service, WireResponse response);
}
