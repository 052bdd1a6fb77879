package io.blockseal.aws.sigv4;

import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.INCOMPLETE;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MALFORMED_QUERY;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MISMATCH;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MISSING;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.wire.PercentCoding;
import io.blockseal.aws.wire.WireRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a request says about its own signature, taken from its header or from its query, nothing of
/// it believed yet.
///
/// @param credential `key id/date/region/service/aws4_request`
/// @param time as sent: ISO 8601's basic format, or that of a `Date` header
/// @param expires how long a presigned request holds; null in the header form
/// @param sessionToken null if none was sent
record PresentedSignature(
    String credential,
    String signedHeaders,
    String signature,
    String time,
    @Nullable String expires,
    @Nullable String sessionToken) {

  private static final String AUTHORIZATION = "authorization";
  private static final String PRESIGNED_MARK = "X-Amz-Algorithm";

  /// The service in the scope of the request's credential, believed for nothing but the choice of a
  /// protocol.
  static Optional<String> serviceOf(WireRequest request) {
    String credential = "";
    Optional<String> authorization = request.headers().first(AUTHORIZATION);
    if (authorization.isPresent()) {
      int start = authorization.get().indexOf("Credential=");
      if (start >= 0) {
        credential =
            authorization.get().substring(start + "Credential=".length()).split("[,\\s]", 2)[0];
      }
    } else if (request.rawQuery().contains(PRESIGNED_MARK)) {
      try {
        credential = query(request.rawQuery()).getOrDefault("X-Amz-Credential", "");
      } catch (SignatureRefusedException e) {
        return Optional.empty();
      }
    }
    String[] parts = credential.split("/", -1);
    return parts.length >= 5 ? Optional.of(parts[parts.length - 2]) : Optional.empty();
  }

  /// Throws a [SignatureRefusedException] if there is none, two of them, or one that lacks a part.
  static PresentedSignature of(WireRequest request) {
    Map<String, String> query = query(request.rawQuery());
    List<String> headers = request.headers().all(AUTHORIZATION);
    boolean presigned = query.containsKey(PRESIGNED_MARK);
    if ((!headers.isEmpty() && presigned) || headers.size() > 1) {
      throw new SignatureRefusedException(MISMATCH, "");
    }
    if (presigned) {
      return ofQuery(query);
    }
    if (headers.isEmpty()) {
      throw new SignatureRefusedException(MISSING, "Request is missing Authentication Token");
    }
    return ofHeader(headers.getFirst(), request);
  }

  private static PresentedSignature ofHeader(String authorization, WireRequest request) {
    int space = authorization.indexOf(' ');
    String algorithm = space < 0 ? authorization : authorization.substring(0, space);
    requireAlgorithm(algorithm);
    Map<String, String> parts = new HashMap<>();
    for (String part : space < 0 ? new String[0] : authorization.substring(space + 1).split(",")) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new SignatureRefusedException(
            INCOMPLETE,
            "'"
                + part.strip()
                + "' not a valid key=value pair (missing equal-sign) in Authorization header: '"
                + authorization
                + "'.");
      }
      parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
    }
    String time =
        request.headers().first("x-amz-date").or(() -> request.headers().first("date")).orElse("");
    List<String> lacking = new ArrayList<>();
    for (String name : List.of("Credential", "Signature", "SignedHeaders")) {
      if (parts.getOrDefault(name, "").isEmpty()) {
        lacking.add("Authorization header requires '" + name + "' parameter.");
      }
    }
    if (time.isEmpty()) {
      lacking.add(
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }
    if (!lacking.isEmpty()) {
      throw new SignatureRefusedException(
          INCOMPLETE, String.join(" ", lacking) + " Authorization=" + algorithm);
    }
    return new PresentedSignature(
        parts.getOrDefault("Credential", ""),
        parts.getOrDefault("SignedHeaders", ""),
        parts.getOrDefault("Signature", ""),
        time,
        null,
        request.headers().first("x-amz-security-token").orElse(null));
  }

  private static PresentedSignature ofQuery(Map<String, String> query) {
    requireAlgorithm(query.getOrDefault(PRESIGNED_MARK, ""));
    for (String name :
        List.of(
            "X-Amz-Credential",
            CanonicalRequest.SIGNATURE_PARAMETER,
            "X-Amz-SignedHeaders",
            "X-Amz-Date",
            "X-Amz-Expires")) {
      if (query.getOrDefault(name, "").isEmpty()) {
        throw new SignatureRefusedException(
            INCOMPLETE,
            "AWS query-string parameters must include '"
                + name
                + "'. Re-examine the query-string parameters.");
      }
    }
    return new PresentedSignature(
        query.getOrDefault("X-Amz-Credential", ""),
        query.getOrDefault("X-Amz-SignedHeaders", ""),
        query.getOrDefault(CanonicalRequest.SIGNATURE_PARAMETER, ""),
        query.getOrDefault("X-Amz-Date", ""),
        query.getOrDefault("X-Amz-Expires", ""),
        query.get("X-Amz-Security-Token"));
  }

  private static void requireAlgorithm(String algorithm) {
    if (!algorithm.equals(SigningKey.ALGORITHM)) {
      throw new SignatureRefusedException(
          INCOMPLETE, "Unsupported AWS 'algorithm': '" + algorithm + "'.");
    }
  }

  /// The decoded query; of a name that comes twice the last one counts.
  private static Map<String, String> query(String rawQuery) {
    Map<String, String> query = new HashMap<>();
    try {
      for (String field : rawQuery.split("&", -1)) {
        int equals = field.indexOf('=');
        String name = PercentCoding.decodeForm(equals < 0 ? field : field.substring(0, equals));
        query.put(name, equals < 0 ? "" : PercentCoding.decodeForm(field.substring(equals + 1)));
      }
    } catch (AwsException e) {
      throw new SignatureRefusedException(MALFORMED_QUERY, String.valueOf(e.getMessage()));
    }
    return query;
  }
}
