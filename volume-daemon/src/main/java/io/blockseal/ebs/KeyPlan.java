package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import org.jspecify.annotations.Nullable;

/// How something that is still being made shall be encrypted, and for whom: what its making needs
/// to know, also when it starts again after a crash. Immutable.
///
/// @param keyId the key, in the form in which it was given; null for the outcomes `UNENCRYPTED` and
///   `SOURCE_KEY`
/// @param cipher `NONE` if unencrypted
/// @param by who asked for it
record KeyPlan(EncryptionOutcome outcome, @Nullable String keyId, Cipher cipher, Caller by) {

  /// The plan for an outcome that is no refusal; refusals are thrown.
  ///
  /// @param namedKeyId the `KmsKeyId` of the request
  /// @param source under what the source is kept; null if there is none
  /// @param askedCipher what the request's tag picks; null leaves it to the source, then to
  ///   `defaultCipher`
  static KeyPlan decided(
      EncryptionOutcome outcome,
      @Nullable String namedKeyId,
      AccountSettings settings,
      @Nullable Sealing source,
      @Nullable Cipher askedCipher,
      Cipher defaultCipher,
      Caller by) {
    Cipher kept =
        source == null || source.cipher() == Cipher.NONE ? defaultCipher : source.cipher();
    Cipher cipher = askedCipher == null ? kept : askedCipher;
    return switch (outcome) {
      case UNENCRYPTED -> {
        if (askedCipher != null) {
          throw Ec2Errors.invalidCombination(
              "The tag %s=%s picks the cipher of an encrypted volume, but this one would be"
                      .formatted(Tags.CIPHER, askedCipher)
                  + " unencrypted. Set the parameter Encrypted.");
        }
        yield new KeyPlan(outcome, null, Cipher.NONE, by);
      }
      case DEFAULT_KEY -> new KeyPlan(outcome, settings.defaultKeyId(), cipher, by);
      case SOURCE_KEY -> new KeyPlan(outcome, null, cipher, by);
      case NAMED_KEY -> new KeyPlan(outcome, namedKeyId, cipher, by);
      case KEY_WITHOUT_ENCRYPTION -> throw Ec2Errors.dependency("KmsKeyId", "Encrypted");
      case DECRYPTION ->
          throw Ec2Errors.invalidCombination(
              "Encrypted snapshots must be used to create encrypted volumes.");
      case UNENCRYPTED_COPY ->
          throw Ec2Errors.invalidValue(
              "encrypted", false, "A copy can't be asked to be unencrypted.");
    };
  }

  Fields toFields() {
    return Fields.empty()
        .put("outcome", outcome)
        .put("keyId", keyId)
        .put("cipher", cipher)
        .put("by", Callers.toFields(by));
  }

  static KeyPlan of(Fields fields) {
    return new KeyPlan(
        fields.choice("outcome", EncryptionOutcome.class),
        fields.textOrNull("keyId"),
        fields.choice("cipher", Cipher.class),
        Callers.of(fields.object("by")));
  }
}
