package io.blockseal.aws.sigv4;

import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.EXPIRED_TOKEN;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.INCOMPLETE;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MALFORMED_QUERY;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MISMATCH;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.UNKNOWN_KEY;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Decides whether a request was signed by who it says, and for here and now. Thread-safe.
///
/// The checks run in AWS's order, so that a request with several faults is refused for the same
/// one.
public final class RequestVerifier {

  private static final String CONTENT_HASH = "x-amz-content-sha256";
  private static final int SCOPE_PARTS = 5;

  /// A request that is what it says.
  public record Verified(AccessKey key, CredentialScope scope) {}

  private final CredentialSource credentials;
  private final Predicate<String> isRegion;
  private final InstantSource clock;
  private final SigningKeyCache signingKeys = new SigningKeyCache();

  /// `isRegion` says which regions a signature may name; `clock` is the real one, whatever else
  /// runs ahead.
  public RequestVerifier(
      CredentialSource credentials, Predicate<String> isRegion, InstantSource clock) {
    this.credentials = credentials;
    this.isRegion = isRegion;
    this.clock = clock;
  }

  /// The service in the scope of the request's credential, before anything is verified: enough to
  /// choose the protocol of a refusal, and for nothing else. Empty if there is none.
  public static Optional<String> claimedService(WireRequest request) {
    return PresentedSignature.serviceOf(request);
  }

  /// Throws a [SignatureRefusedException] unless the request is signed, for this service, by an
  /// active key.
  public Verified verify(WireRequest request, String service) {
    PresentedSignature presented = PresentedSignature.of(request);
    List<String> signedHeaders = signedHeaders(presented, request);
    RequestTime time = RequestTime.parse(presented.time());
    Instant now = clock.instant();
    time.requireCurrent(now, service, presented.expires());
    String[] parts = credentialParts(presented.credential());
    CredentialScope scope = scope(parts, service, time);
    AccessKey key = accessKey(parts[0], presented.sessionToken(), now);
    String expected =
        signingKeys
            .get(key.accessKeyId(), key.secretAccessKey(), scope)
            .sign(time.text(), scope, canonical(request, signedHeaders));
    if (!constantTimeEquals(expected, presented.signature())) {
      throw mismatch();
    }
    return new Verified(key, scope);
  }

  /// The signed names, sorted. `host`, the date and every `x-amz-` header must be among them:
  /// anything left out could be altered on the way.
  private static List<String> signedHeaders(PresentedSignature presented, WireRequest request) {
    List<String> signed = new ArrayList<>();
    for (String name : presented.signedHeaders().split(";", -1)) {
      signed.add(name.toLowerCase(Locale.ROOT));
    }
    signed.sort(null);
    if (!signed.contains("host")) {
      throw new SignatureRefusedException(
          MISMATCH, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
    for (String name : request.headers().names()) {
      boolean isTime =
          name.equals("date")
              && !request.headers().contains("x-amz-date")
              && presented.expires() == null;
      if ((name.startsWith("x-amz-") || isTime) && !signed.contains(name)) {
        throw new SignatureRefusedException(
            MISMATCH, "'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
      }
    }
    return signed;
  }

  private static String[] credentialParts(String credential) {
    String[] parts = credential.split("/", -1);
    if (parts.length != SCOPE_PARTS) {
      throw new SignatureRefusedException(
          INCOMPLETE,
          "Credential must have exactly 5 slash-delimited elements, e.g."
              + " keyid/date/region/service/term, got '"
              + credential
              + "'");
    }
    return parts;
  }

  private CredentialScope scope(String[] parts, String service, RequestTime time) {
    List<String> wrong = new ArrayList<>();
    if (!isRegion.test(parts[2])) {
      wrong.add("Credential should be scoped to a valid region, not '" + parts[2] + "'.");
    }
    if (!parts[3].equals(service)) {
      wrong.add("Credential should be scoped to correct service: '" + service + "'.");
    }
    if (!parts[4].equals(CredentialScope.TERMINATOR)) {
      wrong.add(
          "Credential should be scoped with a valid terminator: '"
              + CredentialScope.TERMINATOR
              + "', not '"
              + parts[4]
              + "'.");
    }
    if (!parts[1].equals(time.date())) {
      wrong.add(
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
              + " HTTP: '"
              + parts[1]
              + "' != '"
              + time.date()
              + "', from '"
              + time.text()
              + "'.");
    }
    if (!wrong.isEmpty()) {
      throw new SignatureRefusedException(MISMATCH, String.join(" ", wrong));
    }
    return new CredentialScope(parts[1], parts[2], parts[3]);
  }

  private AccessKey accessKey(String accessKeyId, @Nullable String token, Instant now) {
    Optional<AccessKey> key = credentials.find(accessKeyId).filter(AccessKey::active);
    if (key.isEmpty() || !tokenMatches(key.get().sessionToken(), token)) {
      throw new SignatureRefusedException(
          UNKNOWN_KEY, "The security token included in the request is invalid.");
    }
    Instant expiry = key.get().expiry();
    if (expiry != null && !now.isBefore(expiry)) {
      throw new SignatureRefusedException(
          EXPIRED_TOKEN, "The security token included in the request is expired");
    }
    return key.get();
  }

  private static boolean tokenMatches(@Nullable String wanted, @Nullable String sent) {
    if (wanted == null || sent == null) {
      return wanted == null && sent == null;
    }
    return constantTimeEquals(wanted, sent);
  }

  private static String canonical(WireRequest request, List<String> signedHeaders) {
    String bodyHash = SigningKey.sha256Hex(request.body());
    Optional<String> claimed = request.headers().first(CONTENT_HASH);
    if (claimed.isPresent() && !claimed.get().equals(bodyHash)) {
      // Also refuses UNSIGNED-PAYLOAD and the STREAMING forms: a body that nobody signed could be
      // anybody's.
      throw mismatch();
    }
    try {
      return CanonicalRequest.text(request, signedHeaders, bodyHash);
    } catch (AwsException e) {
      throw new SignatureRefusedException(MALFORMED_QUERY, String.valueOf(e.getMessage()));
    }
  }

  private static boolean constantTimeEquals(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static SignatureRefusedException mismatch() {
    return new SignatureRefusedException(
        MISMATCH,
        "The request signature we calculated does not match the signature you provided. Check your"
            + " AWS Secret Access Key and signing method. Consult the service documentation for"
            + " details.");
  }
}
