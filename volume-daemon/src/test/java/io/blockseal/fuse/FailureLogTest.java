package io.blockseal.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailureLogTest {
  private final FailureLog log = new FailureLog("vol-1");

  @Test
  void tellsACauseOnce() {
    assertThat(log.report("read", new IOException("unplugged"))).isTrue();
    assertThat(log.report("read", new IOException("unplugged"))).isFalse();
    assertThat(log.report("write", new IOException("unplugged"))).isTrue();
    assertThat(log.report("read", new IOException("on fire"))).isTrue();
  }

  @Test
  void staysSilentAboutRefusals() {
    assertThat(log.report("write", new ErrnoException(Errno.EROFS, "read-only"))).isFalse();
  }

  @Test
  void stopsAfterManyCauses() {
    int told = 0;
    for (int i = 0; i < 2 * FailureLog.MAX_CAUSES; i++) {
      told += log.report("read", new IOException("unit " + i)) ? 1 : 0;
    }
    assertThat(told).isEqualTo(FailureLog.MAX_CAUSES);
  }
}
