package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes that are held on to, as a collector may hold on to what is dead, are looked into by a dump
/// of this JVM's heap: before they forget, it shows their keys, or it would prove nothing.
final class ForgettingTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int UNIT_BYTES = 4096;
  private static final String TEXT = "what passed through the scratch of a lane";

  private final List<Object> held = new ArrayList<>();
  @TempDir private Path directory;

  @Test
  void anXtsLaneForgetsItsKeysAndScratch() throws IOException {
    try (SecretBytes dataKey = SecretBytes.random(32, RANDOM);
        SecretBytes tweakKey = SecretBytes.random(32, RANDOM)) {
      XtsLane lane = new JdkXtsLane(dataKey, tweakKey, UNIT_BYTES);
      held.add(lane);
      ByteBuffer unit = ByteBuffer.allocateDirect(UNIT_BYTES).put(text()).clear();
      lane.encrypt(0, unit.duplicate(), unit.duplicate());
      lane.decrypt(0, unit.duplicate(), unit.duplicate());

      assertThat(inHeap(dataKey, tweakKey)).doesNotContain(0);
      assertThat(textInHeap()).isPositive();
      lane.forget();
      assertThat(inHeap(dataKey, tweakKey)).containsOnly(0);
      assertThat(textInHeap()).isZero();
    }
  }

  @Test
  void aGcmLaneForgetsItsKeyAndScratch() throws Exception {
    try (SecretBytes key = SecretBytes.random(32, RANDOM)) {
      GcmLane lane = new JdkGcmLane(key, UNIT_BYTES, UnitAad.BYTES);
      held.add(lane);
      ByteBuffer unit = ByteBuffer.allocateDirect(UNIT_BYTES).put(text()).clear();
      lane.seal(unit, 0, unit, 0);
      lane.open(unit, 0, unit, 0);

      assertThat(inHeap(key)).doesNotContain(0);
      assertThat(textInHeap()).isPositive();
      lane.forget();
      assertThat(inHeap(key)).containsOnly(0);
      assertThat(textInHeap()).isZero();
    }
  }

  @Test
  void aClosedMacForgetsItsKey() throws IOException {
    try (SecretBytes key = SecretBytes.random(32, RANDOM)) {
      PageMac mac = new PageMac(key);
      held.add(mac);
      mac.of(0, 0, ByteBuffer.allocate(PageMac.PAGE_BYTES), 0);
      assertThat(inHeap(key)).doesNotContain(0);
      mac.close();
      assertThat(inHeap(key)).containsOnly(0);
    }
  }

  /// Lower case here and made of upper case, for the constant lies in the heap itself.
  private static byte[] text() {
    return TEXT.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
  }

  private int textInHeap() throws IOException {
    return occurrences(dump(), text());
  }

  /// How often each of the keys is in the heap.
  private List<Integer> inHeap(SecretBytes... keys) throws IOException {
    byte[] heap = dump();
    return List.of(keys).stream()
        .map(key -> key.<Integer>apply(bytes -> occurrences(heap, bytes)))
        .toList();
  }

  private byte[] dump() throws IOException {
    Path file = directory.resolve("heap.hprof");
    Files.deleteIfExists(file);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(file.toString(), true);
    return Files.readAllBytes(file);
  }

  private static int occurrences(byte[] heap, byte[] needle) {
    int count = 0;
    for (int i = 0; i + needle.length <= heap.length; i++) {
      if (heap[i] == needle[0]
          && Arrays.equals(heap, i, i + needle.length, needle, 0, needle.length)) {
        count++;
      }
    }
    return count;
  }
}
