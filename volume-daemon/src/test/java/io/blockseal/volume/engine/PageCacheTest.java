package io.blockseal.volume.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.volume.cipher.PageMac;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PageCacheTest {
  private static final byte[] MAC = mac(1);
  private final PageCache cache = new PageCache(8);
  private final ByteBuffer target = ByteBuffer.allocate(4096);

  @Test
  void answersTheRangeThatIsAskedFor() {
    cache.put(1, 0, 5, MAC, 1, page(100, 7), 100);
    assertThat(cache.get(1, 0, 5, null, 32, 64, target)).isEqualTo(1);
    assertThat(target.get(31)).isZero();
    assertThat(target.get(32)).isEqualTo((byte) 7);
    assertThat(target.get(95)).isEqualTo((byte) 7);
    assertThat(target.get(96)).isZero();
  }

  @Test
  void knowsOwnersLevelsNumbersAndMacsApart() {
    cache.put(1, 0, 5, MAC, 0, page(0, 7), 0);
    assertThat(get(2, 0, 5)).isEqualTo(PageCache.ABSENT);
    assertThat(get(1, 1, 5)).isEqualTo(PageCache.ABSENT);
    assertThat(get(1, 0, 6)).isEqualTo(PageCache.ABSENT);
    assertThat(cache.get(1, 0, 5, mac(2), 0, 4096, target)).isEqualTo(PageCache.ABSENT);
    assertThat(cache.get(1, 0, 5, mac(1), 0, 4096, target)).isZero();
    assertThat(PageCache.newOwner()).isNotEqualTo(PageCache.newOwner());
  }

  @Test
  void replacesAndForgets() {
    cache.put(1, 0, 5, MAC, 0, page(0, 7), 0);
    cache.put(1, 0, 5, mac(2), 1, page(0, 8), 0);
    assertThat(get(1, 0, 5)).isEqualTo(1);
    assertThat(target.get(4095)).isEqualTo((byte) 8);
    cache.remove(1, 0, 5);
    cache.remove(1, 0, 6);
    assertThat(get(1, 0, 5)).isEqualTo(PageCache.ABSENT);
  }

  @Test
  void theLeastRecentlyUsedGivesWay() {
    for (int number = 0; number < 8; number++) {
      cache.put(1, 0, number, MAC, 0, page(0, number), 0);
    }
    assertThat(get(1, 0, 0)).isZero();
    cache.put(1, 0, 8, MAC, 0, page(0, 8), 0);
    assertThat(get(1, 0, 0)).isZero();
    assertThat(get(1, 0, 1)).isEqualTo(PageCache.ABSENT);
    assertThat(get(1, 0, 8)).isZero();
  }

  private int get(long owner, int level, long number) {
    return cache.get(owner, level, number, null, 0, 4096, target);
  }

  private static byte[] mac(int fill) {
    byte[] mac = new byte[PageMac.BYTES];
    Arrays.fill(mac, (byte) fill);
    return mac;
  }

  private static ByteBuffer page(int offset, int fill) {
    ByteBuffer page = ByteBuffer.allocateDirect(offset + 4096);
    for (int i = 0; i < 4096; i++) {
      page.put(offset + i, (byte) fill);
    }
    return page;
  }
}
