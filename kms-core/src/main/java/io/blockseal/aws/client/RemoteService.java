package io.blockseal.aws.client;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.shape.Operation;
import io.blockseal.aws.shape.ServiceModel;
import io.blockseal.aws.shape.Structure;
import io.blockseal.aws.wire.WireProtocol;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.util.Set;

/// Calls the operations of a service over the wire: what the generated clients are made of.
/// Thread-safe.
///
/// A throttled call is tried again, a few times, with growing pauses; any other failure is the
/// caller's to judge.
///
/// @param <A> the service's interface
public final class RemoteService<A> implements AutoCloseable {

  private static final int MAX_ATTEMPTS = 4;

  /// The codes by which AWS says that a call was not even looked at.
  private static final Set<String> THROTTLED =
      Set.of(
          "RequestLimitExceeded",
          "RequestThrottled",
          "RequestThrottledException",
          "SlowDown",
          "Throttling",
          "ThrottlingException",
          "TooManyRequestsException");

  private final ServiceModel<A> model;
  private final WireProtocol protocol;
  private final RemoteEndpoint endpoint;

  public RemoteService(ServiceModel<A> model, ClientSettings settings) {
    this.model = model;
    this.protocol = WireProtocol.of(model.metadata().protocol());
    this.endpoint = new RemoteEndpoint(settings, model.metadata().signingName());
  }

  /// Throws what the service answered as an [AwsException], of the modelled class if there is one;
  /// an [UnreachableException] if there was no answer.
  public <I extends Structure, O extends Structure> O call(Operation<A, I, O> operation, I input) {
    WireRequest request = protocol.encodeRequest(model, operation, input);
    for (int attempt = 1; ; attempt++) {
      WireResponse response = endpoint.exchange(request);
      if (response.status() / 100 == 2) {
        return protocol.decodeResponse(operation, response);
      }
      AwsException error = protocol.decodeError(model, response);
      if (attempt == MAX_ATTEMPTS || !THROTTLED.contains(error.code())) {
        throw error;
      }
      Backoff.pause(attempt, endpoint.uri());
    }
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
