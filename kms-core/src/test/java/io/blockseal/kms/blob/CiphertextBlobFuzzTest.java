package io.blockseal.kms.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are a ciphertext blob, which is those bytes again, or are refused.
class CiphertextBlobFuzzTest {
  static Stream<byte[]> blobs() {
    return Stream.of(blob(17), blob(80), blob(4096 + 16), Arrays.copyOf(blob(80), 100));
  }

  @MethodSource("blobs")
  @FuzzTest
  void parse(byte[] data) {
    try {
      assertThat(CiphertextBlob.parse(data).encode()).isEqualTo(data);
    } catch (MalformedBlobException e) {
      assertThat(e).hasMessageContaining("ciphertext blob");
    }
  }

  private static byte[] blob(int ciphertextBytes) {
    return new CiphertextBlob(new byte[32], new byte[16], new byte[12], new byte[ciphertextBytes])
        .encode();
  }
}
