package io.blockseal.kms.hsm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// HKDF with SHA-256 (RFC 5869), extract and expand: what turns a root secret into keys that each
/// serve one purpose.
final class Hkdf {
  private Hkdf() {}

  /// `lengthBytes` bytes for `purpose`, with an empty salt: the input is uniformly random already.
  static byte[] derive(byte[] inputKey, String purpose, int lengthBytes) {
    return derive(inputKey, new byte[0], purpose.getBytes(US_ASCII), lengthBytes);
  }

  static byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int lengthBytes) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(inputKey)
                  .addSalt(salt)
                  .thenExpand(info, lengthBytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF-SHA256 does not work in this JVM", e);
    }
  }
}
