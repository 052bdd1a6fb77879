package io.blockseal.aws.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.kms.KmsModel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The texts are those of recordings of KMS, where there are any.
class ConstraintsTest {

  @Test
  void acceptsWhatTheModelAllows() {
    assertThatCode(() -> validate("ListKeys", "{\"Limit\": 1000, \"Marker\": \"m\"}"))
        .doesNotThrowAnyException();
    assertThatCode(() -> validate("Encrypt", "{\"KeyId\": \"k\", \"Plaintext\": \"aGVsbG8=\"}"))
        .doesNotThrowAnyException();
  }

  @Test
  void namesAnAbsentMember() {
    assertInvalid(
        "DescribeKey",
        "{}",
        "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member"
            + " must not be null");
  }

  @Test
  void namesBoundsOfNumbers() {
    assertInvalid(
        "GenerateRandom",
        "{\"NumberOfBytes\": 1025}",
        "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint:"
            + " Member must have value less than or equal to 1024");
    assertInvalid(
        "GenerateRandom",
        "{\"NumberOfBytes\": 0}",
        "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint:"
            + " Member must have value greater than or equal to 1");
  }

  @Test
  void listsSeveralErrors() {
    assertInvalid(
        "CreateAlias",
        "{\"AliasName\": \"a b\", \"TargetKeyId\": \"\"}",
        "2 validation errors detected: Value 'a b' at 'aliasName' failed to satisfy constraint:"
            + " Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$; Value '' at"
            + " 'targetKeyId' failed to satisfy constraint: Member must have length greater than or"
            + " equal to 1");
  }

  @Test
  void listsTheWordsOfAnEnum() {
    assertInvalid(
        "GenerateDataKey",
        "{\"KeyId\": \"k\", \"KeySpec\": \"AES_512\"}",
        "1 validation error detected: Value 'AES_512' at 'keySpec' failed to satisfy constraint:"
            + " Member must satisfy enum value set: [AES_256, AES_128]");
  }

  @Test
  void keepsBlobsOutOfTheMessage() {
    String tooLong = "A".repeat(5464);
    assertInvalid(
        "Encrypt",
        "{\"KeyId\": \"k\", \"Plaintext\": \"" + tooLong + "\"}",
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member"
            + " must have length less than or equal to 4096");
  }

  @Test
  void pointsIntoListsOfStructures() {
    assertInvalid(
        "TagResource",
        "{\"KeyId\": \"k\", \"Tags\": [{\"TagKey\": \"\", \"TagValue\": \"v\"}]}",
        "1 validation error detected: Value '' at 'tags.1.member.tagKey' failed to satisfy"
            + " constraint: Member must have length greater than or equal to 1");
  }

  @Test
  void reportsAListOfScalarsAsAWhole() {
    assertInvalid(
        "UntagResource",
        "{\"KeyId\": \"k\", \"TagKeys\": [\"ok\", \"\"]}",
        "1 validation error detected: Value '[ok, ]' at 'tagKeys' failed to satisfy constraint:"
            + " Member must satisfy constraint: [Member must have length less than or equal to 128,"
            + " Member must have length greater than or equal to 1]");
  }

  private static void validate(String operation, String json) {
    WireRequest request =
        new WireRequest(
            "POST",
            "/",
            "",
            Headers.of("x-amz-target", "TrentService." + operation),
            json.getBytes(StandardCharsets.UTF_8),
            "");
    AwsJsonProtocol.INSTANCE.validate(
        AwsJsonProtocol.INSTANCE.decodeRequest(KmsModel.SERVICE, request).input());
  }

  private static void assertInvalid(String operation, String json, String message) {
    assertThatThrownBy(() -> validate(operation, json))
        .hasMessage(message)
        .hasFieldOrPropertyWithValue("code", "ValidationException")
        .hasFieldOrPropertyWithValue("httpStatus", 400);
  }
}
