package io.blockseal.ebs;

import io.blockseal.volume.format.CipherSpec;

/// How the blocks of a volume are kept; fixed when its data key is made.
public enum Cipher {
  /// As EBS does it: length-preserving, confidential, blind to tampering.
  AES_256_XTS(CipherSpec.AES_256_XTS),
  /// Every altered, moved or swapped unit is detected.
  AES_256_GCM(CipherSpec.AES_256_GCM),
  /// Plain bytes, for volumes that the settings leave unencrypted.
  NONE(CipherSpec.NONE);

  private final CipherSpec spec;

  Cipher(CipherSpec spec) {
    this.spec = spec;
  }

  /// What headers call it.
  CipherSpec spec() {
    return spec;
  }

  static Cipher of(CipherSpec spec) {
    return switch (spec) {
      case AES_256_XTS -> AES_256_XTS;
      case AES_256_GCM -> AES_256_GCM;
      case NONE -> NONE;
    };
  }
}
