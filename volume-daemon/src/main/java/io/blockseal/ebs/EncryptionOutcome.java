package io.blockseal.ebs;

/// What becomes of a new volume or snapshot copy, as [EncryptionRules] decides.
enum EncryptionOutcome {
  /// It holds plain bytes.
  UNENCRYPTED,
  /// It is encrypted under the account's default key for EBS in the Region.
  DEFAULT_KEY,
  /// It stays under the key of its source, with the data key of its source.
  SOURCE_KEY,
  /// It is encrypted under the key that the request names.
  NAMED_KEY,
  /// Refused: a key is named, but encryption is not asked for.
  KEY_WITHOUT_ENCRYPTION,
  /// Refused: an unencrypted volume can't come out of an encrypted snapshot.
  DECRYPTION,
  /// Refused: a copy may not be asked to be unencrypted.
  UNENCRYPTED_COPY
}
