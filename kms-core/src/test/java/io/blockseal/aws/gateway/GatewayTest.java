package io.blockseal.aws.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.KmsModel;
import io.blockseal.aws.sigv4.Credentials;
import io.blockseal.aws.sigv4.RequestSigner;
import io.blockseal.aws.sigv4.RequestVerifier;
import io.blockseal.aws.sigv4.TestKeys;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GatewayTest {

  private static final Credentials CREDENTIALS =
      new Credentials("AKIDEXAMPLE", TestKeys.SECRET, null);
  private static final InstantSource CLOCK = InstantSource.fixed(TestKeys.SIGNED_AT);

  private static final String TELLING = "=,/;& %\0\u00ff./aZ09";

  private final List<Caller> ownCallers = new ArrayList<>();

  private final Gateway gateway =
      new Gateway(
          SampleServices.endpoints(),
          this::own,
          new RequestVerifier(TestKeys.source(), "eu-west-1"::equals, CLOCK),
          () -> "id-1");

  private WireResponse own(Caller caller, WireRequest request) {
    ownCallers.add(caller);
    if (request.rawPath().endsWith("/refuse")) {
      throw AwsException.sender("AccessDeniedException", 403, "no");
    }
    return new WireResponse(204, Headers.none(), new byte[0]);
  }

  @Test
  void answersASignedCall() {
    WireResponse response =
        gateway.handle(kms("DescribeKey", "{\"KeyId\":\"alias/a\"}", CREDENTIALS));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().first("x-amzn-RequestId")).contains("id-1");
    assertThat(text(response)).contains("\"KeyId\":\"1234\"");
  }

  @Test
  void wipesThePlaintextThatItHasAnswered() {
    WireResponse response =
        gateway.handle(
            kms("GenerateDataKey", "{\"KeyId\":\"k\",\"NumberOfBytes\":32}", CREDENTIALS));

    assertThat(text(response)).contains("\"Plaintext\":\"AQEBAQEB");
    assertThat(SampleServices.lastPlaintext().toByteArray()).hasSize(32).containsOnly(0);
  }

  @Test
  void tellsTheServiceWhoCalls() {
    WireResponse response =
        gateway.handle(form("sts", "Action=GetCallerIdentity&Version=2011-06-15", CREDENTIALS));
    assertThat(text(response)).contains("<Arn>arn:aws:iam::111122223333:user/ann</Arn>");
  }

  @Test
  void refusesInTheProtocolOfTheClient() {
    Credentials unknown = new Credentials("AKIDNOBODY", "x", null);
    Credentials wrong = new Credentials("AKIDEXAMPLE", "x", null);
    assertAnswer(
        gateway.handle(kms("DescribeKey", "{}", unknown)),
        400,
        "{\"__type\":\"UnrecognizedClientException\",\"message\":\"The security token included in"
            + " the request is invalid.\"}");
    assertAnswer(
        gateway.handle(kms("DescribeKey", "{}", wrong)), 400, "\"InvalidSignatureException\"");
    assertAnswer(gateway.handle(form("ec2", "Action=X", unknown)), 401, "<Code>AuthFailure</Code>");
    assertAnswer(
        gateway.handle(form("ec2", "Action=X", wrong)),
        401,
        "<Message>AWS was not able to validate the provided access credentials</Message>");
    assertAnswer(
        gateway.handle(form("sts", "Action=X", unknown)), 403, "<Code>InvalidClientTokenId</Code>");
    assertAnswer(
        gateway.handle(form("sts", "Action=X", wrong)), 403, "<Code>SignatureDoesNotMatch</Code>");
  }

  @Test
  void refusesUnsignedRequestsByTheirLooks() {
    WireRequest json = request(Headers.of("X-Amz-Target", "TrentService.ListKeys"), "{}");
    assertAnswer(
        gateway.handle(json),
        400,
        "{\"__type\":\"MissingAuthenticationTokenException\",\"message\":\"Missing Authentication"
            + " Token\"}");
    assertAnswer(
        gateway.handle(request(Headers.none(), "Action=DescribeVolumes&Version=2016-11-15")),
        403,
        "<Response>\n    <Errors>");
    assertAnswer(gateway.handle(request(Headers.none(), "")), 403, "<ErrorResponse>");
  }

  @Test
  void refusesServicesThatAreNotHere() {
    assertAnswer(
        gateway.handle(form("s3", "", CREDENTIALS)),
        403,
        "Credential should be scoped to correct service: 'kms', 'ec2', 'sts'.");
  }

  @Test
  void validatesBeforeItCalls() {
    assertAnswer(
        gateway.handle(kms("DescribeKey", "{\"KeyId\":\"\"}", CREDENTIALS)),
        400,
        "1 validation error detected: Value '' at 'keyId' failed");
    assertAnswer(
        gateway.handle(kms("Nothing", "{}", CREDENTIALS)), 400, "UnknownOperationException");
  }

  @Test
  void passesOnErrorsOfTheService() {
    assertAnswer(
        gateway.handle(kms("DescribeKey", "{\"KeyId\":\"alias/b\"}", CREDENTIALS)),
        400,
        "NotFoundException");
    assertAnswer(
        gateway.handle(
            form("ec2", "Action=DeleteVolume&Version=2016-11-15&VolumeId=vol-0", CREDENTIALS)),
        400,
        "<Code>InvalidVolume.NotFound</Code>");
  }

  @Test
  void tellsNothingOfABug() {
    WireResponse response =
        gateway.handle(
            kms("CreateAlias", "{\"AliasName\":\"alias/bug\",\"TargetKeyId\":\"k\"}", CREDENTIALS));
    assertAnswer(
        response,
        500,
        "{\"__type\":\"InternalFailure\",\"message\":\"An internal error has occurred.\"}");
  }

  @Test
  void refusesBodiesBeyondTheLimit() {
    String body = " ".repeat(Gateway.MAX_BODY_BYTES + 1);
    assertAnswer(
        gateway.handle(kms("DescribeKey", body, CREDENTIALS)),
        413,
        "RequestEntityTooLargeException");
  }

  @Test
  void handsOnRequestsToOurOwnApi() {
    assertThat(gateway.handle(own("/_blockseal/clock", "blockseal", CREDENTIALS)).status())
        .isEqualTo(204);
    assertThat(ownCallers).extracting(Caller::principalId).containsExactly("AIDA1");
    assertAnswer(
        gateway.handle(own("/_blockseal/refuse", "blockseal", CREDENTIALS)),
        403,
        "AccessDeniedException");
  }

  @Test
  void verifiesRequestsToOurOwnApi() {
    assertAnswer(
        gateway.handle(own("/_blockseal/clock", "kms", CREDENTIALS)),
        400,
        "correct service: 'blockseal'");
    assertAnswer(
        gateway.handle(
            own("/_blockseal/clock", "blockseal", new Credentials("AKIDEXAMPLE", "x", null))),
        400,
        "InvalidSignatureException");
    assertThat(ownCallers).isEmpty();
  }

  @Test
  void answersGarbageWithRefusalsOnly() {
    long seed = Long.getLong("blockseal.seed", new Random().nextLong());
    Random random = new Random(seed);
    WireRequest signed = kms("DescribeKey", "{}", CREDENTIALS);
    String authorization = signed.headers().first("authorization").orElseThrow();
    for (int i = 0; i < 5000; i++) {
      String query =
          random.nextBoolean()
              ? ""
              : "X-Amz-Algorithm=AWS4-HMAC-SHA256&" + mutated("a=b&X-Amz-Date=x%20", random);
      Headers headers =
          signed.headers().toBuilder().set("authorization", mutated(authorization, random)).build();
      WireRequest request =
          new WireRequest(
              "POST", mutated("/_blockseal/a/../b", random), query, headers, new byte[0], "");
      assertThat(gateway.handle(request).status())
          .as("-Dblockseal.seed=" + seed)
          .isBetween(400, 499);
    }
  }

  private static String mutated(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int i = random.nextInt(5); i >= 0; i--) {
      mutated.setCharAt(
          random.nextInt(mutated.length()), TELLING.charAt(random.nextInt(TELLING.length())));
    }
    return mutated.substring(0, random.nextInt(mutated.length() + 1));
  }

  @Test
  void makesRequestIdsThatAreUuidsOfVersion4() {
    assertThat(RequestIds.of(new Random(1)).get())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  private static WireRequest kms(String operation, String body, Credentials credentials) {
    Headers headers =
        Headers.of("X-Amz-Target", KmsModel.SERVICE.metadata().targetPrefix() + "." + operation);
    return signed("kms", request(headers, body), credentials);
  }

  private static WireRequest form(String service, String body, Credentials credentials) {
    return signed(service, request(Headers.none(), body), credentials);
  }

  private static WireRequest own(String path, String service, Credentials credentials) {
    return signed(
        service,
        new WireRequest("POST", path, "", Headers.of("Host", "h"), new byte[0], "127.0.0.1"),
        credentials);
  }

  private static WireRequest request(Headers headers, String body) {
    return new WireRequest(
        "POST",
        "/",
        "",
        headers.toBuilder().set("Host", "h").build(),
        body.getBytes(StandardCharsets.UTF_8),
        "127.0.0.1");
  }

  private static WireRequest signed(String service, WireRequest request, Credentials credentials) {
    return new RequestSigner("eu-west-1", service, CLOCK).sign(request, credentials);
  }

  private static void assertAnswer(WireResponse response, int status, String text) {
    assertThat(text(response)).contains(text);
    assertThat(response.status()).isEqualTo(status);
  }

  private static String text(WireResponse response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
