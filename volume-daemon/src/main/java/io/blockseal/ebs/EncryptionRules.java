package io.blockseal.ebs;

import static io.blockseal.ebs.EncryptionOutcome.DECRYPTION;
import static io.blockseal.ebs.EncryptionOutcome.DEFAULT_KEY;
import static io.blockseal.ebs.EncryptionOutcome.KEY_WITHOUT_ENCRYPTION;
import static io.blockseal.ebs.EncryptionOutcome.NAMED_KEY;
import static io.blockseal.ebs.EncryptionOutcome.SOURCE_KEY;
import static io.blockseal.ebs.EncryptionOutcome.UNENCRYPTED;
import static io.blockseal.ebs.EncryptionOutcome.UNENCRYPTED_COPY;
import static io.blockseal.ebs.EncryptionRules.Asked.ENCRYPTED;
import static io.blockseal.ebs.EncryptionRules.Asked.NOTHING;
import static io.blockseal.ebs.EncryptionRules.Asked.PLAIN;
import static io.blockseal.ebs.EncryptionRules.ByDefault.OFF;
import static io.blockseal.ebs.EncryptionRules.ByDefault.ON;
import static io.blockseal.ebs.EncryptionRules.Making.COPY;
import static io.blockseal.ebs.EncryptionRules.Making.VOLUME;
import static io.blockseal.ebs.EncryptionRules.Source.EMPTY;
import static io.blockseal.ebs.EncryptionRules.Source.ENCRYPTED_OWN;
import static io.blockseal.ebs.EncryptionRules.Source.ENCRYPTED_SHARED;
import static io.blockseal.ebs.EncryptionRules.Source.PLAIN_OWN;
import static io.blockseal.ebs.EncryptionRules.Source.PLAIN_SHARED;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tables of the EBS user guide that say how a new volume or a snapshot copy is encrypted, as
/// data.
///
/// A snapshot of a volume is not in them: it is always encrypted like its volume. For a copy, "by
/// default" is the setting of the destination Region. With encryption by default on, an explicit
/// `Encrypted=false` for a volume is overridden and not refused.
final class EncryptionRules {

  /// What is being made.
  enum Making {
    VOLUME,
    COPY
  }

  /// The account's setting "encryption by default" in the Region.
  enum ByDefault {
    OFF,
    ON;

    static ByDefault of(boolean on) {
      return on ? ON : OFF;
    }
  }

  /// The request's parameter `Encrypted`.
  enum Asked {
    NOTHING,
    PLAIN,
    ENCRYPTED;

    static Asked of(@Nullable Boolean encrypted) {
      if (encrypted == null) {
        return NOTHING;
      }
      return encrypted ? ENCRYPTED : PLAIN;
    }
  }

  /// What the new thing is made of.
  enum Source {
    EMPTY,
    PLAIN_OWN,
    PLAIN_SHARED,
    ENCRYPTED_OWN,
    ENCRYPTED_SHARED;

    static Source snapshot(boolean encrypted, boolean own) {
      if (encrypted) {
        return own ? ENCRYPTED_OWN : ENCRYPTED_SHARED;
      }
      return own ? PLAIN_OWN : PLAIN_SHARED;
    }
  }

  /// One line of the tables: the outcome without and with a `KmsKeyId` in the request.
  record Row(
      Making making,
      ByDefault byDefault,
      Asked asked,
      Source source,
      EncryptionOutcome withoutKey,
      EncryptionOutcome withKey) {}

  static final List<Row> ROWS =
      List.of(
          new Row(VOLUME, OFF, NOTHING, EMPTY, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, NOTHING, PLAIN_OWN, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, NOTHING, PLAIN_SHARED, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, NOTHING, ENCRYPTED_OWN, SOURCE_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, NOTHING, ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, PLAIN, EMPTY, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, PLAIN, PLAIN_OWN, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, PLAIN, PLAIN_SHARED, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, PLAIN, ENCRYPTED_OWN, DECRYPTION, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, PLAIN, ENCRYPTED_SHARED, DECRYPTION, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, OFF, ENCRYPTED, EMPTY, DEFAULT_KEY, NAMED_KEY),
          new Row(VOLUME, OFF, ENCRYPTED, PLAIN_OWN, DEFAULT_KEY, NAMED_KEY),
          new Row(VOLUME, OFF, ENCRYPTED, PLAIN_SHARED, DEFAULT_KEY, NAMED_KEY),
          new Row(VOLUME, OFF, ENCRYPTED, ENCRYPTED_OWN, SOURCE_KEY, NAMED_KEY),
          new Row(VOLUME, OFF, ENCRYPTED, ENCRYPTED_SHARED, DEFAULT_KEY, NAMED_KEY),
          new Row(VOLUME, ON, NOTHING, EMPTY, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, NOTHING, PLAIN_OWN, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, NOTHING, PLAIN_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, NOTHING, ENCRYPTED_OWN, SOURCE_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, NOTHING, ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, PLAIN, EMPTY, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, PLAIN, PLAIN_OWN, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, PLAIN, PLAIN_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, PLAIN, ENCRYPTED_OWN, SOURCE_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, PLAIN, ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(VOLUME, ON, ENCRYPTED, EMPTY, DEFAULT_KEY, NAMED_KEY),
          new Row(VOLUME, ON, ENCRYPTED, PLAIN_OWN, DEFAULT_KEY, NAMED_KEY),
          new Row(VOLUME, ON, ENCRYPTED, PLAIN_SHARED, DEFAULT_KEY, NAMED_KEY),
          new Row(VOLUME, ON, ENCRYPTED, ENCRYPTED_OWN, SOURCE_KEY, NAMED_KEY),
          new Row(VOLUME, ON, ENCRYPTED, ENCRYPTED_SHARED, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, OFF, NOTHING, PLAIN_OWN, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, OFF, NOTHING, PLAIN_SHARED, UNENCRYPTED, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, OFF, NOTHING, ENCRYPTED_OWN, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, OFF, NOTHING, ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, OFF, PLAIN, PLAIN_OWN, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, OFF, PLAIN, PLAIN_SHARED, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, OFF, PLAIN, ENCRYPTED_OWN, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, OFF, PLAIN, ENCRYPTED_SHARED, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, OFF, ENCRYPTED, PLAIN_OWN, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, OFF, ENCRYPTED, PLAIN_SHARED, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, OFF, ENCRYPTED, ENCRYPTED_OWN, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, OFF, ENCRYPTED, ENCRYPTED_SHARED, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, ON, NOTHING, PLAIN_OWN, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, ON, NOTHING, PLAIN_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, ON, NOTHING, ENCRYPTED_OWN, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, ON, NOTHING, ENCRYPTED_SHARED, DEFAULT_KEY, KEY_WITHOUT_ENCRYPTION),
          new Row(COPY, ON, PLAIN, PLAIN_OWN, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, ON, PLAIN, PLAIN_SHARED, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, ON, PLAIN, ENCRYPTED_OWN, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, ON, PLAIN, ENCRYPTED_SHARED, UNENCRYPTED_COPY, UNENCRYPTED_COPY),
          new Row(COPY, ON, ENCRYPTED, PLAIN_OWN, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, ON, ENCRYPTED, PLAIN_SHARED, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, ON, ENCRYPTED, ENCRYPTED_OWN, DEFAULT_KEY, NAMED_KEY),
          new Row(COPY, ON, ENCRYPTED, ENCRYPTED_SHARED, DEFAULT_KEY, NAMED_KEY));

  private record Question(Making making, ByDefault byDefault, Asked asked, Source source) {}

  private static final Map<Question, Row> BY_QUESTION = index();

  private EncryptionRules() {}

  /// The outcome for one request; `keyNamed` tells whether it has a `KmsKeyId`.
  static EncryptionOutcome outcome(
      Making making, ByDefault byDefault, Asked asked, Source source, boolean keyNamed) {
    Row row = BY_QUESTION.get(new Question(making, byDefault, asked, source));
    if (row == null) {
      throw new IllegalArgumentException("no rule for making a " + making + " from " + source);
    }
    return keyNamed ? row.withKey() : row.withoutKey();
  }

  private static Map<Question, Row> index() {
    Map<Question, Row> rows = new HashMap<>();
    for (Row row : ROWS) {
      Question question = new Question(row.making, row.byDefault, row.asked, row.source);
      if (rows.put(question, row) != null) {
        throw new IllegalStateException("two rules for " + question);
      }
    }
    return Map.copyOf(rows);
  }
}
