package io.blockseal.ebs;

import org.jspecify.annotations.Nullable;

/// Under what the blocks of a volume or snapshot are kept. Immutable.
///
/// @param lineageId stands for the data key: equal ids, same data key
/// @param kmsKeyArn null if the cipher is `NONE`
record Sealing(Cipher cipher, String lineageId, @Nullable String kmsKeyArn) {

  Sealing {
    if ((cipher == Cipher.NONE) != (kmsKeyArn == null)) {
      throw new IllegalArgumentException("cipher %s with KMS key %s".formatted(cipher, kmsKeyArn));
    }
  }

  /// The lineage id in the form in which EC2 shows ids of data keys; null if there is no data key.
  @Nullable String dataEncryptionKeyId() {
    if (cipher == Cipher.NONE) {
      return null;
    }
    return String.join(
        "-",
        lineageId.substring(0, 8),
        lineageId.substring(8, 12),
        lineageId.substring(12, 16),
        lineageId.substring(16, 20),
        lineageId.substring(20));
  }

  Fields toFields() {
    return Fields.empty()
        .put("cipher", cipher)
        .put("lineageId", lineageId)
        .put("kmsKeyArn", kmsKeyArn);
  }

  static Sealing of(Fields fields) {
    return new Sealing(
        fields.choice("cipher", Cipher.class),
        fields.text("lineageId"),
        fields.textOrNull("kmsKeyArn"));
  }
}
