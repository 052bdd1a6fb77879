package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderJsonTest {
  private static final VolumeHeader FULL =
      new VolumeHeader(
          "vol-1",
          8192,
          CipherSpec.AES_256_GCM,
          4096,
          524_288,
          "arn:aws:kms:us-east-1:1:key/k",
          "a2V5",
          Map.of("aws:ebs:id", "vol-1", "\"quoted\"", "\u00fc \\ \n"),
          VolumeHeaderTest.LINEAGE,
          7,
          "snap-1",
          new TagTreeHead("ab".repeat(32), 12));

  /// A header without anything that may be missing.
  private static final String PLAIN =
      """
      {
        "volumeId" : "vol-1",
        "sizeBytes" : 8192,
        "cipher" : "NONE",
        "unitBytes" : 4096,
        "chunkBytes" : 524288,
        "encryptionContext" : { },
        "lineageId" : "00112233445566778899aabbccddeeff"
      }
      """;

  @Test
  void isReadAsItWasWritten() throws FormatException {
    assertThat(HeaderJson.read(HeaderJson.write(FULL), 7)).isEqualTo(FULL);
  }

  @Test
  void leavesOutWhatIsNotKnown() throws FormatException {
    VolumeHeader plain = HeaderJson.read(PLAIN, 1);
    assertThat(plain.kmsKeyArn()).isNull();
    assertThat(plain.encryptedDataKey()).isNull();
    assertThat(plain.sourceSnapshotId()).isNull();
    assertThat(HeaderJson.write(plain)).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "volumeId, String",
    "sizeBytes, Long",
    "cipher, String",
    "unitBytes, Long",
    "chunkBytes, Long",
    "encryptionContext, Map",
    "lineageId, String"
  })
  void refusesAHeaderWithoutAMember(String member, String type) {
    String without = PLAIN.replace("\"" + member + "\"", "\"kmsKeyArn\"");
    assertRefused(
        without.replace("\"kmsKeyArn\" : { }", "\"kmsKeyArn\" : \"k\""),
        "header member \"%s\" is missing or no %s".formatted(member, type));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"vol-1\"| 1| volumeId| String",
        "8192| \"8192\"| sizeBytes| Long",
        "8192| 8192.0| sizeBytes| Long",
        "8192| 9223372036854775808| sizeBytes| Long",
        "8192| null| sizeBytes| Long",
        "\"NONE\"| true| cipher| String",
        "4096| []| unitBytes| Long",
        "{ }| []| encryptionContext| Map",
        "\"00112233445566778899aabbccddeeff\"| {}| lineageId| String"
      })
  void refusesAMemberOfAnotherType(String value, String other, String member, String type) {
    assertRefused(
        PLAIN.replace(value, other),
        "header member \"%s\" is missing or no %s".formatted(member, type));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kmsKeyArn", "encryptedDataKey", "sourceSnapshotId"})
  void refusesAnOptionalMemberThatIsNoString(String member) {
    assertRefused(
        PLAIN.replaceFirst("\\{", "{ \"" + member + "\" : null,"),
        "header member \"%s\" is missing or no String".formatted(member));
  }

  @Test
  void refusesMembersOfAnotherVersion() {
    assertRefused(
        PLAIN.replaceFirst("\\{", "{ \"compression\" : \"zstd\","),
        "header has an unknown member \"compression\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]| header member \"tagTree\" is missing or no Map",
        "{ }| header member \"tagTree\" has members []",
        "{ \"root\" : \"00\" }| header member \"tagTree\" has members [root]",
        "{ \"root\" : 1, \"segment\" : 2 }| header member \"root\" is missing or no String",
        "{ \"root\" : \"00\", \"segment\" : 2 }"
            + "| header is not understood: tag-tree root \"00\" is not 64 hexadecimal digits"
      })
  void refusesATagTreeThatIsNone(String tree, String message) {
    assertRefused(PLAIN.replaceFirst("\\{", "{ \"tagTree\" : " + tree + ","), message);
  }

  @Test
  void refusesAGcmVolumeWithoutATagTree() {
    assertRefused(
        PLAIN.replace("\"NONE\"", "\"AES_256_GCM\", \"encryptedDataKey\" : \"a2V5\""),
        "header of a AES_256_GCM volume has no tag tree: a version before the first release made"
            + " it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{ \"a\" : 1 }", "{ \"a\" : null }", "{ \"a\" : { \"b\" : \"c\" } }"})
  void refusesAContextOfMoreThanStrings(String context) {
    assertRefused(
        PLAIN.replace("{ }", context),
        "header member \"encryptionContext\" holds more than strings");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vol-1| vol 1| volume id \"vol 1\" is not 1 to 64 printable",
        "8192| 8193| volume size 8193 bytes is no positive multiple of 4096",
        "NONE| AES_256_CBC| No enum constant",
        "NONE| AES_256_XTS| cipher AES_256_XTS without an encrypted data key",
        ": 4096| : 512| units of 512 and chunks of 524288 bytes",
        ": 524288| : 4294967296| integer overflow",
        "aabbccddeeff| aabbccddeef| is not 32 hexadecimal digits"
      })
  void namesTheRuleThatAValueBreaks(String value, String other, String rule) {
    assertThatThrownBy(() -> HeaderJson.read(PLAIN.replace(value, other), 1))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("header is not understood: ")
        .hasMessageContaining(rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{", "{} {}", "{\"volumeId\":\"a\",\"volumeId\":\"b\"}"})
  void refusesWhatIsNotOneJsonObject(String text) {
    assertThatThrownBy(() -> HeaderJson.read(text, 1))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("header is not understood: ");
  }

  @Test
  void endsWithALineEndAndNothingBehindIt() {
    assertThat(HeaderJson.write(FULL)).endsWith("}\n");
    assertThatThrownBy(() -> HeaderJson.read(PLAIN + "x", 1)).isInstanceOf(FormatException.class);
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> HeaderJson.read(text, 1))
        .isInstanceOf(FormatException.class)
        .hasMessage(message);
  }
}
