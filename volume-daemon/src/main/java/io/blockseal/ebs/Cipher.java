package io.blockseal.ebs;

/// How the blocks of a volume are kept; fixed when its data key is made.
public enum Cipher {
  /// As EBS does it: length-preserving, confidential, blind to tampering.
  AES_256_XTS,
  /// Every altered, moved or swapped unit is detected.
  AES_256_GCM,
  /// Plain bytes, for volumes that the settings leave unencrypted.
  NONE
}
