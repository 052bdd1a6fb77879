package io.blockseal.aws.sigv4;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.PercentCoding;
import io.blockseal.aws.wire.WireRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Signs requests for one region and service. Thread-safe.
public final class RequestSigner {

  /// What stands between client and server may add or change these.
  private static final Set<String> NEVER_SIGNED =
      Set.of(
          "authorization",
          "connection",
          "expect",
          "transfer-encoding",
          "user-agent",
          "x-amzn-trace-id");

  private final String region;
  private final String service;
  private final InstantSource clock;
  private final SigningKeyCache signingKeys = new SigningKeyCache();

  public RequestSigner(String region, String service, InstantSource clock) {
    this.region = region;
    this.service = service;
    this.clock = clock;
  }

  /// The request with `X-Amz-Date`, the session token if there is one, and `Authorization`; it must
  /// have `Host`.
  public WireRequest sign(WireRequest request, Credentials credentials) {
    String time = RequestTime.format(clock.instant());
    Headers.Builder headers = request.headers().toBuilder().set("x-amz-date", time);
    if (credentials.sessionToken() != null) {
      headers.set("x-amz-security-token", credentials.sessionToken());
    }
    WireRequest dated = request.withHeaders(headers.build());
    List<String> signed = signedHeaders(dated.headers());
    CredentialScope scope = new CredentialScope(time.substring(0, 8), region, service);
    String signature = signature(dated, signed, time, scope, credentials);
    String authorization =
        SigningKey.ALGORITHM
            + " Credential="
            + credentials.accessKeyId()
            + "/"
            + scope
            + ", SignedHeaders="
            + String.join(";", signed)
            + ", Signature="
            + signature;
    return dated.withHeaders(headers.set("authorization", authorization).build());
  }

  /// The request with its signature in the query, good for so long; it must have `Host`, and
  /// whoever sends it sends all its headers.
  public WireRequest presign(WireRequest request, Credentials credentials, Duration holds) {
    Instant now = clock.instant();
    String time = RequestTime.format(now);
    CredentialScope scope = new CredentialScope(time.substring(0, 8), region, service);
    List<String> signed = signedHeaders(request.headers());
    StringBuilder query = new StringBuilder(request.rawQuery());
    append(query, "X-Amz-Algorithm", SigningKey.ALGORITHM);
    append(query, "X-Amz-Credential", credentials.accessKeyId() + "/" + scope);
    append(query, "X-Amz-Date", time);
    append(query, "X-Amz-Expires", Long.toString(holds.toSeconds()));
    append(query, "X-Amz-SignedHeaders", String.join(";", signed));
    if (credentials.sessionToken() != null) {
      append(query, "X-Amz-Security-Token", credentials.sessionToken());
    }
    String signature = signature(withQuery(request, query), signed, time, scope, credentials);
    append(query, CanonicalRequest.SIGNATURE_PARAMETER, signature);
    return withQuery(request, query);
  }

  private String signature(
      WireRequest request,
      List<String> signed,
      String time,
      CredentialScope scope,
      Credentials credentials) {
    String canonical = CanonicalRequest.text(request, signed, SigningKey.sha256Hex(request.body()));
    return signingKeys
        .get(credentials.accessKeyId(), credentials.secretAccessKey(), scope)
        .sign(time, scope, canonical);
  }

  private static List<String> signedHeaders(Headers headers) {
    if (!headers.contains("host")) {
      throw new IllegalArgumentException(
          "a request is signed with its host, but has no Host header");
    }
    List<String> signed = new ArrayList<>();
    for (String name : headers.names()) {
      if (!NEVER_SIGNED.contains(name)) {
        signed.add(name);
      }
    }
    return signed;
  }

  private static WireRequest withQuery(WireRequest request, StringBuilder query) {
    return new WireRequest(
        request.method(),
        request.rawPath(),
        query.toString(),
        request.headers(),
        request.body(),
        request.sourceIp());
  }

  private static void append(StringBuilder query, String name, String value) {
    if (!query.isEmpty()) {
      query.append('&');
    }
    query.append(name).append('=').append(PercentCoding.encode(value));
  }
}
