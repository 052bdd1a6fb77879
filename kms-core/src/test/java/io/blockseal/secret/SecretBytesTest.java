package io.blockseal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SecretBytesTest {
  @Test
  void takingOverWipesTheSource() {
    byte[] source = {1, 2, 3};
    try (SecretBytes secret = SecretBytes.takeOver(source)) {
      assertThat(source).containsOnly(0);
      assertThat(secret.<byte[]>apply(byte[]::clone)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void wipesTheScratchCopyAfterUse() {
    try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3})) {
      byte[] leaked = secret.apply(scratch -> scratch);
      assertThat(leaked).containsOnly(0);
    }
  }

  @Test
  void refusesUseAfterClose() {
    SecretBytes secret = SecretBytes.copyOf(new byte[] {1});
    secret.close();
    secret.close();
    assertThatThrownBy(() -> secret.use(scratch -> {})).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void neverPrintsItsBytes() {
    try (SecretBytes secret = SecretBytes.copyOf(new byte[] {77, 78})) {
      assertThat(secret).hasToString("SecretBytes[2 bytes, redacted]");
    }
  }
}
