package io.blockseal.volume.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.fuzz.Allocation;
import io.blockseal.fuzz.Seals;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are a volume header, which is those bytes again, or are refused as none.
class HeaderFuzzTest {
  private static final long MAX_ALLOCATION = 16 << 20;

  static Stream<byte[]> copies() throws IOException {
    return Stream.of(golden("header-a-v1"), golden("header-b-v1"));
  }

  static Stream<byte[]> texts() throws IOException {
    return copies().map(copy -> Arrays.copyOfRange(copy, 512, 512 + jsonBytes(copy)));
  }

  @MethodSource("copies")
  @FuzzTest
  void image(byte[] data) throws FormatException {
    byte[] sealed = Arrays.copyOf(data, Math.clamp(data.length, 512, HeaderCopy.BYTES));
    Seals.sealHeader(sealed, 0);
    for (HeaderCopy copy : HeaderCopy.values()) {
      Allocation.atMost(MAX_ALLOCATION, () -> readImage(data, copy));
      Allocation.atMost(MAX_ALLOCATION, () -> readImage(sealed, copy));
    }
  }

  @MethodSource("texts")
  @FuzzTest
  void json(byte[] data) throws FormatException {
    VolumeHeader[] header = new VolumeHeader[1];
    try {
      Allocation.atMost(
          MAX_ALLOCATION, () -> header[0] = HeaderJson.read(new String(data, UTF_8), 1));
    } catch (FormatException e) {
      return;
    }
    assertThat(HeaderJson.read(HeaderJson.write(header[0]), 1)).isEqualTo(header[0]);
  }

  private static void readImage(byte[] region, HeaderCopy copy) throws FormatException {
    HeaderImage image;
    try {
      image = HeaderImage.parse(region, copy);
    } catch (FormatException e) {
      return;
    }
    int length = 512 + jsonBytes(region);
    assertThat(Arrays.copyOf(image.bytes(copy), length)).isEqualTo(Arrays.copyOf(region, length));
    HeaderImage rewritten =
        HeaderImage.parse(HeaderImage.of(image.header(), null).bytes(copy), copy);
    assertThat(rewritten.header()).isEqualTo(image.header());
  }

  private static int jsonBytes(byte[] copy) {
    return Seals.fields(copy).getInt(32);
  }

  private static byte[] golden(String name) throws IOException {
    return HexDump.parse(HexDump.golden(name));
  }
}
