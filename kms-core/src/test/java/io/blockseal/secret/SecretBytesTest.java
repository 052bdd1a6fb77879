package io.blockseal.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
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

  @Test
  void holdsEverySizeUpToItsBound() {
    for (int lengthBytes : new int[] {0, 1, 31, 32, 33, 64, 4096, SecretBytes.MAX_LENGTH_BYTES}) {
      byte[] source = new byte[lengthBytes];
      Arrays.fill(source, (byte) 9);
      try (SecretBytes secret = SecretBytes.copyOf(source)) {
        assertThat(secret.lengthBytes()).isEqualTo(lengthBytes);
        assertThat(secret.<byte[]>apply(byte[]::clone)).isEqualTo(source);
      }
    }
    assertThatThrownBy(() -> SecretBytes.copyOf(new byte[SecretBytes.MAX_LENGTH_BYTES + 1]))
        .hasMessage("secret of 65537 bytes, at most 65536 are allowed");
  }

  @Test
  void slicesAndComparesByContent() {
    try (SecretBytes whole = SecretBytes.copyOf(new byte[] {1, 2, 3, 4});
        SecretBytes slice = whole.slice(1, 2);
        SecretBytes same = SecretBytes.copyOf(new byte[] {2, 3})) {
      assertThat(slice.sameAs(same)).isTrue();
      assertThat(slice.sameAs(whole)).isFalse();
    }
  }

  @Test
  void neverShowsAReusedSlotToAnOldHolder() throws Exception {
    // A reader races with the close of its secret while another thread reuses the memory.
    for (int round = 0; round < 300; round++) {
      SecretBytes mine = SecretBytes.copyOf(new byte[] {1, 1, 1, 1});
      AtomicReference<byte[]> seen = new AtomicReference<>(new byte[] {1, 1, 1, 1});
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      seen.set(mine.apply(byte[]::clone));
                    } catch (IllegalStateException closed) {
                      seen.set(new byte[] {1, 1, 1, 1});
                    }
                  });
      mine.close();
      try (SecretBytes other = SecretBytes.copyOf(new byte[] {2, 2, 2, 2})) {
        reader.join();
        assertThat(other.lengthBytes()).isEqualTo(4);
      }
      assertThat(seen.get()).containsExactly(1, 1, 1, 1);
    }
  }
}
