package io.blockseal.aws.gateway;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.shape.Protocol;
import io.blockseal.aws.sigv4.AccessKey;
import io.blockseal.aws.sigv4.RequestVerifier;
import io.blockseal.aws.sigv4.RequestVerifier.Verified;
import io.blockseal.aws.sigv4.SignatureRefusedException;
import io.blockseal.aws.wire.WireProtocol;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers every request that comes to an AWS endpoint of ours. Thread-safe.
///
/// The service is taken from the scope of the request's credential before the signature is
/// verified, so that a refusal comes in the protocol that the client speaks; nothing else of an
/// unverified request is believed. Requests under `/_blockseal/` are verified in the same way, for
/// the service `blockseal`, and handed on.
public final class Gateway {

  /// The largest body that is read: four times the largest request that a served model allows.
  public static final int MAX_BODY_BYTES = 1024 * 1024;

  /// What the paths of our own API start with.
  public static final String OWN_PATH_PREFIX = "/_blockseal/";

  /// The service that requests to our own API are signed for.
  public static final String OWN_SERVICE = "blockseal";

  private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
  private static final String REQUEST_ID = "x-amzn-RequestId";

  private final Map<String, ServiceEndpoint<?>> endpoints = new LinkedHashMap<>();
  private final @Nullable SignedHandler ownHandler;
  private final RequestVerifier verifier;
  private final Supplier<String> requestIds;

  /// `ownHandler` serves our own API; null if there is none.
  public Gateway(
      List<ServiceEndpoint<?>> endpoints,
      @Nullable SignedHandler ownHandler,
      RequestVerifier verifier,
      Supplier<String> requestIds) {
    endpoints.forEach(
        endpoint -> this.endpoints.put(endpoint.model().metadata().signingName(), endpoint));
    this.ownHandler = ownHandler;
    this.verifier = verifier;
    this.requestIds = requestIds;
  }

  /// Answers the request, whatever it is; every answer carries its request id.
  public WireResponse handle(WireRequest request) {
    return handle(request, () -> {});
  }

  /// As above.
  ///
  /// @param recognised called once the signature of the request is found good
  public WireResponse handle(WireRequest request, Runnable recognised) {
    String requestId = requestIds.get();
    WireResponse response =
        request.rawPath().startsWith(OWN_PATH_PREFIX)
            ? handleOwn(request, requestId, recognised)
            : handleAws(request, requestId, recognised);
    return response.withHeader(REQUEST_ID, requestId);
  }

  private WireResponse handleAws(WireRequest request, String requestId, Runnable recognised) {
    String claimed = RequestVerifier.claimedService(request).orElse("");
    ServiceEndpoint<?> endpoint = endpoints.get(claimed);
    if (endpoint == null) {
      return refuseUnrouted(request, claimed, requestId);
    }
    Protocol protocol = endpoint.model().metadata().protocol();
    return answer(
        protocol,
        request,
        requestId,
        () -> {
          Caller caller = caller(verifier.verify(request, claimed), request, requestId);
          recognised.run();
          return endpoint.call(caller, request);
        });
  }

  private WireResponse handleOwn(WireRequest request, String requestId, Runnable recognised) {
    return answer(
        Protocol.AWS_JSON,
        request,
        requestId,
        () -> {
          Caller caller = caller(verifier.verify(request, OWN_SERVICE), request, requestId);
          recognised.run();
          if (ownHandler == null) {
            throw AwsException.sender("UnknownOperationException", 404, null);
          }
          return ownHandler.handle(caller, request);
        });
  }

  /// A request for nobody: unsigned, so broken that its scope cannot be read, or for a service that
  /// is not here.
  private WireResponse refuseUnrouted(WireRequest request, String claimed, String requestId) {
    Protocol protocol = likelyProtocol(request);
    return answer(
        protocol,
        request,
        requestId,
        () -> {
          verifier.verify(request, claimed);
          // Well signed, so the client may know what is served here.
          throw AwsException.sender(
              protocol == Protocol.AWS_JSON ? "InvalidSignatureException" : "SignatureDoesNotMatch",
              protocol == Protocol.AWS_JSON ? 400 : 403,
              "Credential should be scoped to correct service: '"
                  + String.join("', '", endpoints.keySet())
                  + "'.");
        });
  }

  /// The protocol of a request whose service is unknown, by its looks.
  private Protocol likelyProtocol(WireRequest request) {
    if (request.headers().contains("x-amz-target")) {
      return Protocol.AWS_JSON;
    }
    String fields =
        new String(request.body(), StandardCharsets.ISO_8859_1) + "&" + request.rawQuery();
    for (ServiceEndpoint<?> endpoint : endpoints.values()) {
      boolean isForm = endpoint.model().metadata().protocol() != Protocol.AWS_JSON;
      if (isForm && fields.contains("Version=" + endpoint.model().metadata().apiVersion())) {
        return endpoint.model().metadata().protocol();
      }
    }
    return Protocol.QUERY;
  }

  private WireResponse answer(
      Protocol protocol, WireRequest request, String requestId, Supplier<WireResponse> call) {
    WireProtocol wire = WireProtocol.of(protocol);
    try {
      if (request.body().length > MAX_BODY_BYTES) {
        throw AwsException.sender(
            "RequestEntityTooLargeException",
            413,
            "The request's body has "
                + request.body().length
                + " bytes, of "
                + MAX_BODY_BYTES
                + " allowed.");
      }
      return call.get();
    } catch (SignatureRefusedException e) {
      return wire.encodeError(Refusals.in(protocol, e), requestId);
    } catch (AwsException e) {
      return wire.encodeError(e, requestId);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "request " + requestId + " (" + request + ") failed", e);
      return wire.encodeError(
          AwsException.receiver("InternalFailure", 500, "An internal error has occurred."),
          requestId);
    }
  }

  private static Caller caller(Verified verified, WireRequest request, String requestId) {
    AccessKey key = verified.key();
    return new Caller(
        key.accountId(),
        verified.scope().region(),
        key.principalArn(),
        key.principalId(),
        key.accessKeyId(),
        requestId,
        request.sourceIp(),
        request.headers().first("user-agent").orElse(""),
        null);
  }
}
