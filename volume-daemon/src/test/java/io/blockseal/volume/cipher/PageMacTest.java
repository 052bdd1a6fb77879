package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PageMacTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final long NUMBER = 0x01_0203_0405L;

  /// Expected: `evp.page_mac` of the same page.
  @Test
  void isTheHmacOfLevelNumberAndPage() {
    try (PageMac mac = mac()) {
      assertThat(HEX.formatHex(mac.of(2, NUMBER, page(0), 0)))
          .isEqualTo("b070ab2f162459ed3b324796a7292e57e6ad9c092a8459b4a70099e25ae9dc9f");
      assertThat(mac.of(2, NUMBER, page(100), 100)).isEqualTo(mac.of(2, NUMBER, page(0), 0));
    }
  }

  @Test
  void changesWithThePlaceAndWithEveryBit() {
    try (PageMac mac = mac()) {
      byte[] right = mac.of(2, NUMBER, page(0), 0);
      assertThat(mac.of(1, NUMBER, page(0), 0)).isNotEqualTo(right);
      assertThat(mac.of(2, NUMBER + 1, page(0), 0)).isNotEqualTo(right);
      for (int bit : new int[] {0, 7, 4096 * 8 - 1}) {
        ByteBuffer page = page(0);
        page.put(bit / 8, (byte) (page.get(bit / 8) ^ (1 << (bit % 8))));
        assertThat(mac.of(2, NUMBER, page, 0)).isNotEqualTo(right);
      }
    }
  }

  @Test
  void servesManyAtOnceAndNobodyWhenClosed() {
    try (PageMac mac = mac()) {
      byte[] right = mac.of(0, 3, page(0), 0);
      assertThat(IntStream.range(0, 500).parallel().mapToObj(i -> mac.of(0, 3, page(0), 0)))
          .allMatch(found -> java.util.Arrays.equals(found, right));
    }
    PageMac closed = mac();
    closed.close();
    assertThatThrownBy(() -> closed.of(0, 3, page(0), 0)).isInstanceOf(IllegalStateException.class);
  }

  private static PageMac mac() {
    byte[] lineage = HEX.parseHex("000102030405060708090a0b0c0d0e0f");
    try (SecretBytes dataKey = SecretBytes.takeOver(HEX.parseHex("5a".repeat(64)));
        SecretBytes key = KeyDerivation.tagTreeKey(dataKey, lineage, "vol-1")) {
      return new PageMac(key);
    }
  }

  private static ByteBuffer page(int offset) {
    ByteBuffer page = ByteBuffer.allocateDirect(offset + PageMac.PAGE_BYTES);
    for (int i = 0; i < PageMac.PAGE_BYTES; i++) {
      page.put(offset + i, (byte) (i % 251));
    }
    return page;
  }
}
