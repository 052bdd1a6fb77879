package io.blockseal.aws.sigv4;

import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.EXPIRED_TOKEN;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.INCOMPLETE;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MALFORMED_QUERY;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MISMATCH;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.MISSING;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.NOT_CURRENT;
import static io.blockseal.aws.sigv4.SignatureRefusedException.Reason.UNKNOWN_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RequestVerifierTest {

  private static final Credentials CREDENTIALS =
      new Credentials("AKIDEXAMPLE", TestKeys.SECRET, null);
  private static final byte[] BODY = "Action=DescribeVolumes".getBytes(StandardCharsets.UTF_8);

  private Instant now = TestKeys.SIGNED_AT;

  private final RequestVerifier verifier =
      new RequestVerifier(TestKeys.source(), "eu-west-1"::equals, () -> now);

  @Test
  void saysWhoSigned() {
    RequestVerifier.Verified verified = verifier.verify(signed(CREDENTIALS), "ec2");
    assertThat(verified.key()).isEqualTo(TestKeys.LONG_TERM);
    assertThat(verified.scope()).hasToString("20150830/eu-west-1/ec2/aws4_request");
  }

  @Test
  void refusesWhateverWasAlteredOnTheWay() {
    WireRequest signed = signed(CREDENTIALS);
    String text = "The request signature we calculated does not match";
    refused(MISMATCH, text, with(signed, "POST", "/other", "", signed.headers(), BODY));
    refused(MISMATCH, text, with(signed, "PUT", "/", "", signed.headers(), BODY));
    refused(MISMATCH, text, with(signed, "POST", "/", "a=b", signed.headers(), BODY));
    refused(MISMATCH, text, with(signed, "POST", "/", "", signed.headers(), new byte[] {1}));
    refused(MISMATCH, text, header(signed, "host", "other"));
    refused(MISMATCH, text, header(signed, "content-type", "text/plain"));
    refused(MISMATCH, text, authorization(signed, a -> a.replaceAll("Signature=.", "Signature=x")));
  }

  @Test
  void refusesHeadersOfAwsThatNobodySigned() {
    refused(
        MISMATCH,
        "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization.",
        header(signed(CREDENTIALS), "X-Amz-Extra", "1"));
    refused(
        MISMATCH,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        authorization(signed(CREDENTIALS), a -> a.replace(";host", "")));
  }

  @Test
  void bindsTheBodyToTheHashThatWasSent() {
    for (String claimed :
        new String[] {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "00"}) {
      WireRequest request = header(unsigned(), "x-amz-content-sha256", claimed);
      refused(MISMATCH, "The request signature", signer().sign(request, CREDENTIALS));
    }
    WireRequest right = header(unsigned(), "x-amz-content-sha256", SigningKey.sha256Hex(BODY));
    verifier.verify(signer().sign(right, CREDENTIALS), "ec2");
  }

  @Test
  void refusesIncompleteSignatures() {
    WireRequest signed = signed(CREDENTIALS);
    refused(MISSING, "Request is missing Authentication Token", unsigned());
    refused(
        INCOMPLETE,
        "Unsupported AWS 'algorithm': 'Bearer'.",
        authorization(signed, _ -> "Bearer Credential=x"));
    refused(
        INCOMPLETE,
        "'nonsense' not a valid key=value pair (missing equal-sign) in Authorization header",
        authorization(signed, _ -> "AWS4-HMAC-SHA256 nonsense"));
    refused(
        INCOMPLETE,
        "Authorization header requires 'Credential' parameter. Authorization header requires"
            + " 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter."
            + " Authorization=AWS4-HMAC-SHA256",
        authorization(signed, _ -> "AWS4-HMAC-SHA256 a=b"));
    refused(
        INCOMPLETE,
        "Date must be in ISO-8601 'basic format'. Got 'now'.",
        header(signed, "x-amz-date", "now"));
    refused(
        INCOMPLETE,
        "Credential must have exactly 5 slash-delimited elements",
        authorization(signed, a -> a.replace("/ec2", "")));
    refused(MISMATCH, "", with(signed, "POST", "/", "X-Amz-Algorithm=x", signed.headers(), BODY));
    refused(
        MALFORMED_QUERY, "Illegal hex", with(signed, "POST", "/", "a=%xx", signed.headers(), BODY));
  }

  @Test
  void listsAllThatIsWrongWithAScope() {
    refused(
        MISMATCH,
        "Credential should be scoped to a valid region, not 'mars'. Credential should be scoped to"
            + " correct service: 'ec2'. Credential should be scoped with a valid terminator:"
            + " 'aws4_request', not 'x'. Date in Credential scope does not match YYYYMMDD from"
            + " ISO-8601 version of date from HTTP: '20150101' != '20150830', from"
            + " '20150830T123600Z'.",
        authorization(
            signed(CREDENTIALS),
            a -> a.replace("20150830/eu-west-1/ec2/aws4_request", "20150101/mars/s3/x")));
  }

  @Test
  void allowsFifteenMinutesOfSkewAndKmsFive() {
    now = TestKeys.SIGNED_AT.plus(Duration.ofMinutes(15));
    verifier.verify(signed(CREDENTIALS), "ec2");
    now = TestKeys.SIGNED_AT.plus(Duration.ofMinutes(16));
    refused(
        NOT_CURRENT,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z (20150830T125200Z"
            + " - 15 min.)",
        signed(CREDENTIALS));
    now = TestKeys.SIGNED_AT.minus(Duration.ofMinutes(16));
    refused(
        NOT_CURRENT,
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z"
            + " (20150830T122000Z + 15 min.)",
        signed(CREDENTIALS));
    now = TestKeys.SIGNED_AT.plus(Duration.ofMinutes(6));
    assertThatThrownBy(() -> verifier.verify(signed(CREDENTIALS), "kms"))
        .hasMessageContaining("- 5 min.");
  }

  @Test
  void refusesKeysThatAreNotThere() {
    String invalid = "The security token included in the request is invalid.";
    refused(UNKNOWN_KEY, invalid, signed(new Credentials("AKIDNOBODY", TestKeys.SECRET, null)));
    refused(UNKNOWN_KEY, invalid, signed(new Credentials("AKIDINACTIVE", TestKeys.SECRET, null)));
    refused(UNKNOWN_KEY, invalid, signed(new Credentials("AKIDEXAMPLE", TestKeys.SECRET, "token")));
    refused(UNKNOWN_KEY, invalid, signed(new Credentials("ASIDEXAMPLE", TestKeys.SECRET, null)));
    refused(UNKNOWN_KEY, invalid, signed(new Credentials("ASIDEXAMPLE", TestKeys.SECRET, "other")));
    refused(
        EXPIRED_TOKEN,
        "The security token included in the request is expired",
        signed(new Credentials("ASIDEXPIRED", TestKeys.SECRET, TestKeys.TOKEN)));
    refused(
        MISMATCH, "The request signature", signed(new Credentials("AKIDEXAMPLE", "wrong", null)));
  }

  @Test
  void holdsPresignedRequestsToTheirExpiry() {
    WireRequest get =
        new WireRequest("GET", "/", "Action=X", Headers.of("Host", "h"), new byte[0], "");
    WireRequest presigned = signer().presign(get, CREDENTIALS, Duration.ofMinutes(60));
    now = TestKeys.SIGNED_AT.plus(Duration.ofMinutes(59));
    verifier.verify(presigned, "ec2");
    now = TestKeys.SIGNED_AT.plus(Duration.ofMinutes(61));
    refused(NOT_CURRENT, "Signature expired", presigned);
    now = TestKeys.SIGNED_AT;
    refused(
        INCOMPLETE,
        "X-Amz-Expires must be between",
        query(presigned, q -> q.replace("Expires=3600", "Expires=604801")));
    refused(
        INCOMPLETE,
        "X-Amz-Expires should be",
        query(presigned, q -> q.replace("Expires=3600", "Expires=x")));
    refused(
        INCOMPLETE,
        "AWS query-string parameters must include 'X-Amz-Expires'.",
        query(presigned, q -> q.replace("X-Amz-Expires=3600&", "")));
    refused(
        MISMATCH,
        "The request signature",
        query(presigned, q -> q.replace("Action=X", "Action=Y")));
  }

  @Test
  void takesADateHeaderOnlyIfItIsSigned() {
    WireRequest signed = signed(CREDENTIALS);
    Headers dated =
        signed.headers().toBuilder().set("date", "Sun, 30 Aug 2015 12:36:00 GMT").build();
    verifier.verify(signed.withHeaders(dated), "ec2");
    Headers onlyDate =
        Headers.of(
            "Host",
            "h",
            "Date",
            "Sun, 30 Aug 2015 12:36:00 GMT",
            "Authorization",
            signed.headers().first("authorization").orElseThrow());
    refused(
        MISMATCH,
        "'date' must be a 'SignedHeader' in the AWS Authorization.",
        signed.withHeaders(onlyDate));
  }

  @Test
  void noticesAReplacedSecret() {
    verifier.verify(signed(CREDENTIALS), "ec2");
    AccessKey replaced =
        new AccessKey("AKIDEXAMPLE", "other", null, "111122223333", "arn:x", "AIDA1", true, null);
    AccessKey[] current = {TestKeys.LONG_TERM};
    RequestVerifier following =
        new RequestVerifier(_ -> Optional.of(current[0]), _ -> true, () -> now);
    following.verify(signed(CREDENTIALS), "ec2");
    current[0] = replaced;
    assertThatThrownBy(() -> following.verify(signed(CREDENTIALS), "ec2"))
        .isInstanceOf(SignatureRefusedException.class);
    following.verify(signed(new Credentials("AKIDEXAMPLE", "other", null)), "ec2");
  }

  @Test
  void keepsSecretsOutOfTexts() {
    assertThat(TestKeys.TEMPORARY.toString()).doesNotContain(TestKeys.SECRET, TestKeys.TOKEN);
    assertThat(new Credentials("a", TestKeys.SECRET, TestKeys.TOKEN)).hasToString("Credentials[a]");
    assertThat(signed(CREDENTIALS).toString()).doesNotContain("Signature");
  }

  private void refused(
      SignatureRefusedException.Reason reason, String message, WireRequest request) {
    assertThatThrownBy(() -> verifier.verify(request, "ec2"))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageStartingWith(message)
        .hasFieldOrPropertyWithValue("reason", reason);
  }

  private static RequestSigner signer() {
    return new RequestSigner("eu-west-1", "ec2", InstantSource.fixed(TestKeys.SIGNED_AT));
  }

  private static WireRequest unsigned() {
    return new WireRequest(
        "POST", "/", "", Headers.of("Host", "h", "Content-Type", "a/b"), BODY, "");
  }

  private static WireRequest signed(Credentials credentials) {
    return signer().sign(unsigned(), credentials);
  }

  private static WireRequest header(WireRequest request, String name, String value) {
    return request.withHeaders(request.headers().toBuilder().set(name, value).build());
  }

  private static WireRequest authorization(WireRequest request, UnaryOperator<String> change) {
    return header(
        request,
        "authorization",
        change.apply(request.headers().first("authorization").orElseThrow()));
  }

  private static WireRequest query(WireRequest request, UnaryOperator<String> change) {
    return with(
        request,
        request.method(),
        "/",
        change.apply(request.rawQuery()),
        request.headers(),
        request.body());
  }

  private static WireRequest with(
      WireRequest request, String method, String path, String query, Headers headers, byte[] body) {
    return new WireRequest(method, path, query, headers, body, request.sourceIp());
  }
}
