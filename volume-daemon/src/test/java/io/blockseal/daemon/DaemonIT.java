package io.blockseal.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.sigv4.Credentials;
import io.blockseal.aws.wire.Headers;
import io.blockseal.aws.wire.WireRequest;
import io.blockseal.aws.wire.WireResponse;
import io.blockseal.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/// A whole daemon without FUSE, called over HTTP by the SDK and by hand.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DaemonIT {
  private DaemonSandbox sandbox;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    sandbox = DaemonSandbox.start(directory.resolve("data"), "none");
  }

  @AfterAll
  void stop() throws Exception {
    sandbox.close();
  }

  @Test
  void encryptsAndDecryptsForTheSdk() {
    KmsClient kms = sandbox.kms();
    String key = kms.createKey().keyMetadata().keyId();
    SdkBytes secret = SdkBytes.fromUtf8String("a secret");

    SdkBytes blob = kms.encrypt(request -> request.keyId(key).plaintext(secret)).ciphertextBlob();

    assertThat(kms.decrypt(request -> request.ciphertextBlob(blob)).plaintext()).isEqualTo(secret);
  }

  @Test
  void keepsKeysAcrossARestart() throws Exception {
    KmsClient kms = sandbox.kms();
    String key = kms.createKey().keyMetadata().keyId();
    SdkBytes blob =
        kms.encrypt(request -> request.keyId(key).plaintext(SdkBytes.fromUtf8String("x")))
            .ciphertextBlob();

    sandbox.stop();
    sandbox.start();

    assertThat(
            sandbox
                .kms()
                .decrypt(request -> request.ciphertextBlob(blob))
                .plaintext()
                .asUtf8String())
        .isEqualTo("x");
  }

  @Test
  void movesItsClockSoThatAKeyIsDeletedWhenItsWindowIsOver() {
    KmsClient kms = sandbox.kms();
    String key = kms.createKey().keyMetadata().keyId();
    kms.scheduleKeyDeletion(request -> request.keyId(key).pendingWindowInDays(7));
    assertThat(kms.describeKey(request -> request.keyId(key)).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_DELETION);

    Map<?, ?> clock = own("POST", "clock/advance", "{\"duration\":\"8d\"}", 200);

    assertThat(clock.get("offset")).asString().startsWith("8d");
    assertThatThrownBy(() -> kms.describeKey(request -> request.keyId(key)))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void refusesAWrongSecretAndAnUnknownKeyInTheWordsOfKms() {
    String known = sandbox.credentials().accessKeyId();
    assertThatThrownBy(() -> sandbox.kms(credentials(known)).listKeys())
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertRefusal(e, 400, "InvalidSignatureException"));
    assertThatThrownBy(() -> sandbox.kms(credentials("AKIAAAAAAAAAAAAAAAAA")).listKeys())
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertRefusal(e, 400, "UnrecognizedClientException"));
  }

  /// By hand, because the JDK client below the SDK throws the body of a 401 away.
  @Test
  void refusesAWrongSecretAndAnUnknownKeyInTheWordsOfEc2() {
    for (String id : List.of(sandbox.credentials().accessKeyId(), "AKIAAAAAAAAAAAAAAAAA")) {
      WireResponse answer =
          sandbox
              .endpointOf("ec2", new Credentials(id, "x".repeat(40), null))
              .exchange(
                  new WireRequest(
                      "POST",
                      "/",
                      "",
                      Headers.of("content-type", "application/x-www-form-urlencoded"),
                      "Action=DescribeVolumes&Version=2016-11-15".getBytes(UTF_8),
                      ""));
      assertThat(answer.status()).isEqualTo(401);
      assertThat(new String(answer.body(), UTF_8)).contains("<Code>AuthFailure</Code>");
    }
  }

  @Test
  void refusesVolumeIdsThatAreBadOrNotThere() {
    assertThatThrownBy(() -> sandbox.ec2().describeVolumes(request -> request.volumeIds("volume")))
        .isInstanceOfSatisfying(
            Ec2Exception.class, e -> assertRefusal(e, 400, "InvalidVolumeID.Malformed"));
    assertThatThrownBy(
            () ->
                sandbox
                    .ec2()
                    .describeVolumes(request -> request.volumeIds("vol-0123456789abcdef0")))
        .isInstanceOfSatisfying(
            Ec2Exception.class, e -> assertRefusal(e, 400, "InvalidVolume.NotFound"));
  }

  @Test
  void refusesABodyThatIsNotItsProtocols() {
    WireResponse answer =
        send(
            "kms",
            new WireRequest(
                "POST",
                "/",
                "",
                Headers.of(
                    "content-type", "application/x-amz-json-1.1",
                    "x-amz-target", "TrentService.DescribeKey"),
                "{\"KeyId\":".getBytes(UTF_8),
                ""));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).get("__type")).isEqualTo("SerializationException");
    assertThat(answer.headers().first("x-amzn-requestid")).isPresent();
  }

  @Test
  void tellsAProbeThatItIsThereAndNothingElse() throws Exception {
    HttpResponse<String> health = get("/_blockseal/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).isEqualTo("{\"status\":\"ok\"}");

    assertThat(get("/_blockseal/clock").statusCode()).isEqualTo(400);
    assertThat(get("/_blockseal/health?x").statusCode()).isEqualTo(400);
    assertThat(get("/").statusCode()).isEqualTo(403);
  }

  @Test
  void tellsACallerWhatItIs() {
    assertThat(own("GET", "health", "", 200).keySet())
        .map(String::valueOf)
        .containsExactly("status", "version", "started", "regions", "mount", "kms", "aes");
  }

  @Test
  void refusesOddCallsOfItsOwnApi() {
    assertThat(own("GET", "nothing", "", 404).get("__type")).isEqualTo("UnknownOperationException");
    assertThat(own("GET", "volumes/vol-0123456789abcdef0", "", 404).get("__type"))
        .isEqualTo("InvalidVolume.NotFound");
    assertThat(own("POST", "clock/advance", "{\"duration\":\"soon\"}", 400).get("message"))
        .asString()
        .contains("'soon' is not a span of time");
    assertThat(own("POST", "clock/advance", "{}", 400).get("__type"))
        .isEqualTo("ValidationException");
  }

  @Test
  void changesTheAccessKeysOfTheCallersAccount() {
    Map<?, ?> made = own("POST", "access-keys", "", 200);
    AwsBasicCredentials second =
        AwsBasicCredentials.create(
            String.valueOf(made.get("accessKeyId")), String.valueOf(made.get("secretAccessKey")));
    assertThat(sandbox.kms(second).listKeys()).isNotNull();

    own("DELETE", "access-keys/" + second.accessKeyId(), "", 200);

    assertThatThrownBy(() -> sandbox.kms(second).listKeys())
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("security token");
    assertThat(own("DELETE", "access-keys/" + second.accessKeyId(), "", 404).get("__type"))
        .isEqualTo("NoSuchEntity");
    assertThat(
            own("DELETE", "access-keys/" + sandbox.credentials().accessKeyId(), "", 409)
                .get("__type"))
        .isEqualTo("DeleteConflict");
  }

  private static AwsBasicCredentials credentials(String accessKeyId) {
    return AwsBasicCredentials.create(accessKeyId, "x".repeat(40));
  }

  private static void assertRefusal(AwsServiceException refusal, int status, String code) {
    assertThat(refusal.statusCode()).isEqualTo(status);
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(refusal.requestId()).isNotEmpty();
  }

  private Map<?, ?> own(String method, String path, String body, int expectedStatus) {
    WireResponse answer =
        send(
            "blockseal",
            new WireRequest(
                method, "/_blockseal/" + path, "", Headers.none(), body.getBytes(UTF_8), ""));
    assertThat(answer.status()).isEqualTo(expectedStatus);
    return json(answer);
  }

  private WireResponse send(String service, WireRequest request) {
    return sandbox.endpointOf(service).exchange(request);
  }

  private static Map<?, ?> json(WireResponse answer) {
    return Json.readObject(new String(answer.body(), UTF_8));
  }

  private HttpResponse<String> get(String target) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create(sandbox.endpoint() + target);
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
