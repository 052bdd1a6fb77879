package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.ebs.EncryptionRules.Asked;
import io.blockseal.ebs.EncryptionRules.ByDefault;
import io.blockseal.ebs.EncryptionRules.Making;
import io.blockseal.ebs.EncryptionRules.Source;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tables as the EBS user guide prints them ("encryption-examples" for volumes, "copy snapshot"
/// for copies), typed off line by line, and read back through the rules.
class EncryptionRulesTest {

  @ParameterizedTest(name = "by default {0}, Encrypted {1}, from {2}: {3}, with a key: {4}")
  @CsvSource(
      textBlock =
          """
          OFF, NOTHING,   EMPTY,            UNENCRYPTED, KEY_WITHOUT_ENCRYPTION
          OFF, NOTHING,   PLAIN_OWN,        UNENCRYPTED, KEY_WITHOUT_ENCRYPTION
          OFF, NOTHING,   ENCRYPTED_OWN,    SOURCE_KEY,  KEY_WITHOUT_ENCRYPTION
          OFF, NOTHING,   PLAIN_SHARED,     UNENCRYPTED, KEY_WITHOUT_ENCRYPTION
          OFF, NOTHING,   ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          OFF, ENCRYPTED, EMPTY,            DEFAULT_KEY, NAMED_KEY
          OFF, ENCRYPTED, PLAIN_OWN,        DEFAULT_KEY, NAMED_KEY
          OFF, ENCRYPTED, ENCRYPTED_OWN,    SOURCE_KEY,  NAMED_KEY
          OFF, ENCRYPTED, PLAIN_SHARED,     DEFAULT_KEY, NAMED_KEY
          OFF, ENCRYPTED, ENCRYPTED_SHARED, DEFAULT_KEY, NAMED_KEY
          ON,  NOTHING,   EMPTY,            DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          ON,  NOTHING,   PLAIN_OWN,        DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          ON,  NOTHING,   ENCRYPTED_OWN,    SOURCE_KEY,  KEY_WITHOUT_ENCRYPTION
          ON,  NOTHING,   PLAIN_SHARED,     DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          ON,  NOTHING,   ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          ON,  ENCRYPTED, EMPTY,            DEFAULT_KEY, NAMED_KEY
          ON,  ENCRYPTED, PLAIN_OWN,        DEFAULT_KEY, NAMED_KEY
          ON,  ENCRYPTED, ENCRYPTED_OWN,    SOURCE_KEY,  NAMED_KEY
          ON,  ENCRYPTED, PLAIN_SHARED,     DEFAULT_KEY, NAMED_KEY
          ON,  ENCRYPTED, ENCRYPTED_SHARED, DEFAULT_KEY, NAMED_KEY
          OFF, PLAIN,     EMPTY,            UNENCRYPTED, KEY_WITHOUT_ENCRYPTION
          OFF, PLAIN,     PLAIN_OWN,        UNENCRYPTED, KEY_WITHOUT_ENCRYPTION
          OFF, PLAIN,     ENCRYPTED_OWN,    DECRYPTION,  KEY_WITHOUT_ENCRYPTION
          OFF, PLAIN,     PLAIN_SHARED,     UNENCRYPTED, KEY_WITHOUT_ENCRYPTION
          OFF, PLAIN,     ENCRYPTED_SHARED, DECRYPTION,  KEY_WITHOUT_ENCRYPTION
          ON,  PLAIN,     EMPTY,            DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          ON,  PLAIN,     PLAIN_OWN,        DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          ON,  PLAIN,     ENCRYPTED_OWN,    SOURCE_KEY,  KEY_WITHOUT_ENCRYPTION
          ON,  PLAIN,     PLAIN_SHARED,     DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          ON,  PLAIN,     ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION
          """)
  void decidesHowVolumesAreEncrypted(
      ByDefault byDefault,
      Asked asked,
      Source source,
      EncryptionOutcome withoutKey,
      EncryptionOutcome withKey) {
    assertThat(EncryptionRules.outcome(Making.VOLUME, byDefault, asked, source, false))
        .isEqualTo(withoutKey);
    assertThat(EncryptionRules.outcome(Making.VOLUME, byDefault, asked, source, true))
        .isEqualTo(withKey);
  }

  @ParameterizedTest(name = "by default {0}, Encrypted {1}, encrypted source {2}: {3}, key: {4}")
  @CsvSource(
      textBlock =
          """
          OFF, NOTHING,   false, UNENCRYPTED,      KEY_WITHOUT_ENCRYPTION
          OFF, ENCRYPTED, false, DEFAULT_KEY,      NAMED_KEY
          OFF, NOTHING,   true,  DEFAULT_KEY,      KEY_WITHOUT_ENCRYPTION
          OFF, ENCRYPTED, true,  DEFAULT_KEY,      NAMED_KEY
          ON,  NOTHING,   false, DEFAULT_KEY,      KEY_WITHOUT_ENCRYPTION
          ON,  ENCRYPTED, false, DEFAULT_KEY,      NAMED_KEY
          ON,  NOTHING,   true,  DEFAULT_KEY,      KEY_WITHOUT_ENCRYPTION
          ON,  ENCRYPTED, true,  DEFAULT_KEY,      NAMED_KEY
          OFF, PLAIN,     false, UNENCRYPTED_COPY, UNENCRYPTED_COPY
          OFF, PLAIN,     true,  UNENCRYPTED_COPY, UNENCRYPTED_COPY
          ON,  PLAIN,     false, UNENCRYPTED_COPY, UNENCRYPTED_COPY
          ON,  PLAIN,     true,  UNENCRYPTED_COPY, UNENCRYPTED_COPY
          """)
  void decidesHowCopiesAreEncryptedWhoeverOwnsTheSource(
      ByDefault byDefault,
      Asked asked,
      boolean encryptedSource,
      EncryptionOutcome withoutKey,
      EncryptionOutcome withKey) {
    for (boolean own : new boolean[] {true, false}) {
      Source source = Source.snapshot(encryptedSource, own);
      assertThat(EncryptionRules.outcome(Making.COPY, byDefault, asked, source, false))
          .isEqualTo(withoutKey);
      assertThat(EncryptionRules.outcome(Making.COPY, byDefault, asked, source, true))
          .isEqualTo(withKey);
    }
  }

  @Test
  void hasOneRowForEveryQuestion() {
    Set<String> expected = new HashSet<>();
    for (Making making : Making.values()) {
      Set<Source> sources =
          making == Making.VOLUME
              ? EnumSet.allOf(Source.class)
              : EnumSet.complementOf(EnumSet.of(Source.EMPTY));
      for (ByDefault byDefault : ByDefault.values()) {
        for (Asked asked : Asked.values()) {
          sources.forEach(source -> expected.add(question(making, byDefault, asked, source)));
        }
      }
    }

    assertThat(EncryptionRules.ROWS)
        .extracting(row -> question(row.making(), row.byDefault(), row.asked(), row.source()))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static String question(Making making, ByDefault byDefault, Asked asked, Source source) {
    return making + " " + byDefault + " " + asked + " " + source;
  }
}
