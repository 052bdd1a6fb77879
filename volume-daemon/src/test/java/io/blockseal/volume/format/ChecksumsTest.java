package io.blockseal.volume.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The values are those of RFC 3720, B.4, and the check value of CRC-32C.
final class ChecksumsTest {
  @Test
  void isCastagnolisCrc() {
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    assertThat(Checksums.of(new byte[32], 0, 32)).isEqualTo(0x8a9136aa);
    assertThat(Checksums.of(ones, 0, 32)).isEqualTo(0x62a8ab43);
    assertThat(Checksums.of("123456789".getBytes(US_ASCII), 0, 9)).isEqualTo(0xe3069283);
  }

  @Test
  void coversTheRangeAndLeavesThePositionAlone() {
    ByteBuffer bytes = ByteBuffer.wrap("..123456789.".getBytes(US_ASCII)).position(7).limit(8);
    assertThat(Checksums.of(bytes, 2, 9)).isEqualTo(0xe3069283);
    assertThat(Checksums.of(bytes.array(), 2, 9)).isEqualTo(0xe3069283);
    assertThat(bytes.position()).isEqualTo(7);
    assertThat(bytes.limit()).isEqualTo(8);
  }
}
