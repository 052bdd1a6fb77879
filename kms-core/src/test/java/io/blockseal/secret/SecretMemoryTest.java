package io.blockseal.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class SecretMemoryTest {
  @Test
  void wipesASlotBeforeItIsFree() {
    MemorySegment slot = SecretMemory.take(40);
    slot.fill((byte) 7);
    SecretMemory.giveBack(slot);
    assertThat(slot.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
  }

  @Test
  void usesAFreeSlotAgain() {
    long before = heldAfterOneSecret();
    for (int i = 0; i < 10_000; i++) {
      heldAfterOneSecret();
    }
    assertThat(heldAfterOneSecret()).isEqualTo(before);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void saysHowMuchOfItTheKernelHasLocked() throws IOException {
    heldAfterOneSecret();
    SecretMemory.Protection protection = SecretMemory.protection();
    long lockedKib =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmLck:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
    assertThat(protection.heldBytes()).isPositive();
    assertThat(protection.lockedBytes()).isLessThanOrEqualTo(lockedKib * 1024);
    assertThat(protection.undumpedBytes()).isEqualTo(protection.heldBytes());
  }

  private static long heldAfterOneSecret() {
    try (SecretBytes secret = SecretBytes.copyOf(new byte[100])) {
      assertThat(secret.lengthBytes()).isEqualTo(100);
    }
    return SecretMemory.protection().heldBytes();
  }
}
