package io.blockseal.aws.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.kms.CreateAliasResponse;
import io.blockseal.aws.kms.DescribeKeyResponse;
import io.blockseal.aws.kms.DisabledException;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.KmsModel;
import io.blockseal.aws.kms.ListAliasesResponse;
import io.blockseal.aws.shape.Structure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AwsJsonProtocolTest {

  private final WireProtocol protocol = AwsJsonProtocol.INSTANCE;

  @Test
  void readsARequestAsTheCliSendsIt() {
    Structure input =
        decode(
            "Encrypt",
            """
            {"KeyId": "alias/a", "Plaintext": "aGVsbG8=", "EncryptionContext": {"b": "2", "a": "1"}, "DryRun": null}
            """);
    assertThat(input)
        .isEqualTo(
            EncryptRequest.builder()
                .keyId("alias/a")
                .plaintext(Blob.copyOf("hello".getBytes(StandardCharsets.UTF_8)))
                .encryptionContext(Map.of("a", "1", "b", "2"))
                .build());
  }

  @Test
  void skipsMembersThatTheModelDoesNotKnow() {
    Structure input = decode("DescribeKey", "{\"New\": {\"a\": [1, {}]}, \"KeyId\": \"k\"}");
    assertThat(input).hasToString("DescribeKeyRequest[keyId=k]");
  }

  @Test
  void takesAnEmptyBodyForNoMembers() {
    assertThat(decode("ListKeys", "")).hasToString("ListKeysRequest[]");
  }

  @Test
  void refusesUnknownOperationsByName() {
    for (String target : List.of("TrentService.Nothing", "Other.ListKeys", "ListKeys", "")) {
      AwsException error =
          catchAws(() -> protocol.decodeRequest(KmsModel.SERVICE, request(target, "{}")));
      assertThat(error.code()).isEqualTo("UnknownOperationException");
      assertThat(text(protocol.encodeError(error, "id")))
          .isEqualTo("{\"__type\":\"UnknownOperationException\"}");
    }
  }

  @Test
  void namesTheMemberOfAWrongType() {
    assertRefused("DescribeKey", "{\"KeyId\": 5}", "The value at 'keyId' is NUMBER_VALUE");
    assertRefused("ListKeys", "{\"Limit\": \"5\"}", "The value at 'limit' is STRING_VALUE");
    assertRefused("ListKeys", "{\"Limit\": 1.5}", "The value at 'limit' is DECIMAL_VALUE");
    assertRefused("ListKeys", "{\"Limit\": 99999999999}", "The value at 'limit' is NUMBER_VALUE");
    assertRefused("TagResource", "{\"Tags\": {}}", "The value at 'tags' is a structure or map");
    assertRefused(
        "TagResource",
        "{\"Tags\": [{\"TagKey\": true}]}",
        "The value at 'tags.1.tagKey' is TRUE_VALUE");
    assertRefused("TagResource", "{\"Tags\": [null]}", "The value at 'tags.1' is NULL_VALUE");
    assertRefused(
        "Encrypt", "{\"EncryptionContext\": {\"a\": {}}}", "The value at 'encryptionContext.a' is");
    assertRefused(
        "Encrypt", "{\"Plaintext\": \"***\"}", "The value at 'plaintext' is not valid base64");
    assertRefused("ListKeys", "[]", "The request body is a list");
  }

  @Test
  void refusesWhatIsNotOneJsonDocument() {
    for (String body :
        List.of(
            "{", "}", "{\"a\"}", "nope", "{\"KeyId\": \"k\"} x", "{} {}", "\0", "[".repeat(100))) {
      assertRefused("DescribeKey", body, "The");
    }
  }

  @Test
  void writesAnAnswerAsKmsDoes() {
    DescribeKeyResponse answer =
        DescribeKeyResponse.builder()
            .keyMetadata(
                KeyMetadata.builder()
                    .keyId("1234")
                    .creationDate(Instant.parse("2026-01-02T03:04:05.678Z"))
                    .enabled(true)
                    .description("")
                    .keyState(KeyState.ENABLED)
                    .build())
            .build();
    WireResponse response =
        protocol.encodeResponse(KmsModel.SERVICE, KmsModel.DESCRIBE_KEY, answer, "id");
    assertThat(response.headers().first("Content-Type")).contains("application/x-amz-json-1.1");
    assertThat(text(response))
        .isEqualTo(
            "{\"KeyMetadata\":{\"KeyId\":\"1234\",\"CreationDate\":1767323045.678,\"Enabled\":true,"
                + "\"Description\":\"\",\"KeyState\":\"Enabled\"}}");
  }

  @Test
  void printsEmptyListsAndLeavesOutAbsentOnes() {
    ListAliasesResponse answer =
        ListAliasesResponse.builder().aliases(List.of()).truncated(false).build();
    assertThat(text(protocol.encodeResponse(KmsModel.SERVICE, KmsModel.LIST_ALIASES, answer, "id")))
        .isEqualTo("{\"Aliases\":[],\"Truncated\":false}");
  }

  @Test
  void answersWithNoBodyWhereTheModelHasNoOutput() {
    WireResponse response =
        protocol.encodeResponse(
            KmsModel.SERVICE, KmsModel.CREATE_ALIAS, new CreateAliasResponse(), "id");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void readsErrorCodesInEveryFormThatAwsWritesThem() {
    for (String body :
        List.of(
            "{\"__type\":\"com.amazonaws.kms#DisabledException\",\"message\":\"m\"}",
            "{\"Message\":\"m\",\"__type\":\"DisabledException:http://x\"}",
            "{\"other\":{\"__type\":\"x\"},\"__type\":\"DisabledException\",\"message\":\"m\"}")) {
      AwsException error =
          protocol.decodeError(
              KmsModel.SERVICE,
              new WireResponse(400, Headers.none(), body.getBytes(StandardCharsets.UTF_8)));
      assertThat(error).isInstanceOf(DisabledException.class).hasMessage("m");
    }
  }

  private Structure decode(String operation, String body) {
    return protocol
        .decodeRequest(KmsModel.SERVICE, request("TrentService." + operation, body))
        .input()
        .toRecord();
  }

  private void assertRefused(String operation, String body, String message) {
    AwsException error = catchAws(() -> decode(operation, body));
    assertThat(error.code()).isEqualTo("SerializationException");
    assertThat(error.httpStatus()).isEqualTo(400);
    assertThat(error).hasMessageStartingWith(message);
  }

  private static AwsException catchAws(ThrowingCallable call) {
    return catchThrowableOfType(AwsException.class, call);
  }

  private static WireRequest request(String target, String body) {
    return new WireRequest(
        "POST",
        "/",
        "",
        Headers.of("X-Amz-Target", target),
        body.getBytes(StandardCharsets.UTF_8),
        "");
  }

  private static String text(WireResponse response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
