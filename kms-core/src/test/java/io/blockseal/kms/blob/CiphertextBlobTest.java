package io.blockseal.kms.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CiphertextBlobTest {
  private static final String ID =
      "5d2a54b0d128c1f3482912ff52218196762e71459034f68ef886c3ac6e6db21e";

  /// From golden.py.
  private static final byte[] GOLDEN =
      HexFormat.of()
          .parseHex(
              "42534301"
                  + ID
                  + "98999a9b9c9d9e9fa0a1a2a3a4a5a6a7"
                  + "a8a9aaabacadaeafb0b1b2b3"
                  + "dea35f0e1a16262ae6c40158e8c01280b20a942f07");

  @Test
  void readsAndWritesTheGoldenBytes() throws MalformedBlobException {
    CiphertextBlob blob = CiphertextBlob.parse(GOLDEN);
    assertThat(blob.backingKeyId()).isEqualTo(ID);
    assertThat(hex(blob.nonce())).isEqualTo("98999a9b9c9d9e9fa0a1a2a3a4a5a6a7");
    assertThat(hex(blob.iv())).isEqualTo("a8a9aaabacadaeafb0b1b2b3");
    assertThat(hex(blob.ciphertextAndTag()))
        .isEqualTo("dea35f0e1a16262ae6c40158e8c01280b20a942f07");
    assertThat(blob.encode()).isEqualTo(GOLDEN);
    assertThat(
            new CiphertextBlob(
                    HexFormat.of().parseHex(ID), blob.nonce(), blob.iv(), blob.ciphertextAndTag())
                .encode())
        .isEqualTo(GOLDEN);
  }

  @Test
  void refusesEveryLengthThatCannotBe() {
    for (int lengthBytes : new int[] {0, 1, 3, 80, 4177, 10_000}) {
      byte[] bytes = Arrays.copyOf(GOLDEN, lengthBytes);
      assertThatThrownBy(() -> CiphertextBlob.parse(bytes))
          .hasMessage("ciphertext blob of %d bytes, allowed are 81 to 4176".formatted(lengthBytes));
    }
  }

  @Test
  void refusesAnotherMagicOrVersion() {
    byte[] otherMagic = GOLDEN.clone();
    otherMagic[0]++;
    assertThatThrownBy(() -> CiphertextBlob.parse(otherMagic))
        .hasMessage("ciphertext blob without its magic");
    byte[] otherVersion = GOLDEN.clone();
    otherVersion[3] = 2;
    assertThatThrownBy(() -> CiphertextBlob.parse(otherVersion))
        .hasMessage("ciphertext blob of version 2, known is 1");
  }

  @Test
  void refusesPartsOfTheWrongLength() {
    assertThatThrownBy(
            () -> new CiphertextBlob(new byte[31], new byte[16], new byte[12], new byte[17]))
        .hasMessage("backing key id of 31 bytes, allowed are 32 to 32");
    assertThatThrownBy(
            () -> new CiphertextBlob(new byte[32], new byte[16], new byte[12], new byte[16]))
        .hasMessage("ciphertext and tag of 16 bytes, allowed are 17 to 4112");
  }

  @Test
  void givesBackWhateverItAcceptsAndFailsInNoOtherWay() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      System.arraycopy(GOLDEN, 0, bytes, 0, Math.min(bytes.length, random.nextInt(5)));
      try {
        assertThat(CiphertextBlob.parse(bytes).encode()).as("seed %d", seed).isEqualTo(bytes);
      } catch (MalformedBlobException refused) {
        assertThat(refused).hasMessageStartingWith("ciphertext blob");
      }
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
