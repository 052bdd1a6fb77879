package io.blockseal.kms;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes that are given to Decrypt are the one ciphertext that was made, or are refused as
/// invalid.
class DecryptFuzzTest {
  private static final Map<String, String> CONTEXT = Map.of("aws:ebs:id", "vol-1");
  private static final KmsFixture KMS = kms();
  private static final byte[] MADE =
      KMS.encrypt(Objects.requireNonNull(KMS.newKey().keyId()), "secret", CONTEXT).toByteArray();

  static Stream<byte[]> ciphertexts() {
    byte[] foreign = MADE.clone();
    foreign[10] ^= 1;
    byte[] altered = MADE.clone();
    altered[altered.length - 1] ^= 1;
    return Stream.of(MADE, foreign, altered, Arrays.copyOf(MADE, MADE.length - 1));
  }

  /// @param data the ciphertext XOR the one that was made, so that zeros are that one
  @MethodSource("differences")
  @FuzzTest
  void decrypt(byte[] data) {
    byte[] ciphertext = xor(data);
    try {
      assertThat(KMS.decrypt(Blob.copyOf(ciphertext), CONTEXT)).isEqualTo("secret");
      assertThat(ciphertext).isEqualTo(MADE);
    } catch (AwsException e) {
      assertThat(ciphertext).isNotEqualTo(MADE);
      assertThat(e).hasMessageNotContaining("secret");
    }
  }

  static Stream<byte[]> differences() {
    return ciphertexts().map(DecryptFuzzTest::xor);
  }

  private static byte[] xor(byte[] bytes) {
    byte[] result = bytes.clone();
    for (int i = 0; i < Math.min(result.length, MADE.length); i++) {
      result[i] ^= MADE[i];
    }
    return result;
  }

  private static KmsFixture kms() {
    try {
      Path directory = Files.createTempDirectory("kms-fuzz-");
      try {
        return KmsFixture.inMemory(directory);
      } finally {
        Files.deleteIfExists(directory.resolve("root.key"));
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
