package io.blockseal.volume.cipher;

import io.blockseal.secret.SecretBytes;
import io.blockseal.volume.cipher.CipherLibraries.Choice;
import java.security.SecureRandom;
import org.junit.jupiter.api.Assumptions;

/// Which code a test lets AES run on. Between [#use] and [#restore] all lanes of this JVM run on
/// it.
enum CipherKernel {
  JDK,
  LIBRARY;

  /// Skips the test if the machine has no library for XTS, or none for its processor.
  void useForXts() {
    use();
    try (SecretBytes one = SecretBytes.random(32, new SecureRandom());
        SecretBytes two = SecretBytes.random(32, new SecureRandom())) {
      XtsLane lane = CipherLibraries.xtsLane(one, two, 16);
      lane.forget();
      require(lane instanceof GcryptXtsLane, "libgcrypt20");
    }
  }

  /// As [#useForXts], for GCM.
  void useForGcm() {
    use();
    try (SecretBytes key = SecretBytes.random(32, new SecureRandom())) {
      GcmLane lane = CipherLibraries.gcmLane(key, 16, 16);
      lane.forget();
      require(lane instanceof IpsecMbGcmLane, "libipsec-mb1 and VAES with AVX-512");
    }
  }

  static void restore() {
    CipherLibraries.choose(Choice.AUTO);
  }

  private void use() {
    CipherLibraries.choose(this == JDK ? Choice.JDK : Choice.AUTO);
  }

  private void require(boolean library, String needed) {
    Assumptions.assumeTrue(this == JDK || library, () -> "this machine lacks " + needed);
  }
}
