package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class HeaderImageTest {
  private static final int VERSION = 8;
  private static final int FIXED_LENGTH = 12;
  private static final int OWN_OFFSET = 16;
  private static final int SEQUENCE = 24;
  private static final int JSON_LENGTH = 32;
  private static final int MAC = 40;
  private static final int CRC = 72;
  private static final int JSON = 512;

  private final SecretBytes macKey = SecretBytes.copyOf(new byte[] {1, 2, 3});

  @AfterEach
  void closeKey() {
    macKey.close();
  }

  @ParameterizedTest
  @EnumSource
  void isReadAsItWasWritten(HeaderCopy copy) throws FormatException {
    VolumeHeader header = header(Map.of("aws:ebs:id", "vol-1"));
    HeaderImage image = HeaderImage.of(header, macKey);
    byte[] bytes = image.bytes(copy);
    assertThat(bytes).hasSize(4096);

    HeaderImage found = HeaderImage.parse(bytes, copy);
    assertThat(found.header()).isEqualTo(header);
    assertThat(found.sameAs(image)).isTrue();
    assertThat(found.json()).isEqualTo(HeaderJson.write(header));
    assertThat(found.authentic(macKey)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aBadCopyIsRewrittenFromTheOtherWithoutAKey(HeaderCopy copy) throws FormatException {
    HeaderCopy other = copy == HeaderCopy.A ? HeaderCopy.B : HeaderCopy.A;
    HeaderImage image = HeaderImage.of(header(Map.of()), macKey);
    HeaderImage found = HeaderImage.parse(image.bytes(copy), copy);
    assertThat(found.bytes(other)).isEqualTo(image.bytes(other));
  }

  @Test
  void fillsWholeBlocksUpToTheRoomOfACopy() throws FormatException {
    int fixedPart = JSON + HeaderJson.write(header(Map.of("k", ""))).length();
    VolumeHeader twoBlocks = header(Map.of("k", "v".repeat(4097 - fixedPart)));
    assertThat(HeaderImage.of(twoBlocks, null).bytes(HeaderCopy.A)).hasSize(8192);
    VolumeHeader largest = header(Map.of("k", "v".repeat(HeaderCopy.BYTES - fixedPart)));
    byte[] full = HeaderImage.of(largest, null).bytes(HeaderCopy.B);
    assertThat(full).hasSize(HeaderCopy.BYTES);
    assertThat(HeaderImage.parse(full, HeaderCopy.B).header()).isEqualTo(largest);

    VolumeHeader tooLarge = header(Map.of("k", "v".repeat(HeaderCopy.BYTES - fixedPart + 1)));
    assertThatThrownBy(() -> HeaderImage.of(tooLarge, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("header of volume vol-1 needs 65025 bytes of JSON, more than 65024");
  }

  @Test
  void itsMacCoversEverythingButTheCopy() throws Exception {
    byte[] bytes = HeaderImage.of(header(Map.of()), macKey).bytes(HeaderCopy.B);
    byte[] covered = Arrays.copyOf(bytes, JSON + field(bytes, JSON_LENGTH));
    for (int[] zeroed : new int[][] {{0, 8}, {OWN_OFFSET, SEQUENCE}, {MAC, CRC + 4}}) {
      Arrays.fill(covered, zeroed[0], zeroed[1], (byte) 0);
    }
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[] {1, 2, 3}, "HmacSHA256"));
    assertThat(Arrays.copyOfRange(bytes, MAC, CRC)).isEqualTo(mac.doFinal(covered));
  }

  @Test
  void isNotAuthenticOnceAnyByteWasAlteredAndTheChecksumMended() {
    byte[] bytes = HeaderImage.of(header(Map.of()), macKey).bytes(HeaderCopy.A);
    int end = JSON + field(bytes, JSON_LENGTH);
    int[] authentic = {0};
    ByteFlips.everyByte(
        bytes,
        0,
        end,
        altered -> {
          try {
            authentic[0] += parse(altered).authentic(macKey) ? 1 : 0;
          } catch (FormatException e) {
            assertThat(e).hasMessageStartingWith("header ");
          }
        });
    assertThat(authentic[0]).describedAs("the four bytes of the checksum itself").isEqualTo(4);
  }

  @Test
  void isNotAuthenticUnderAnotherKeyOrWithoutAMac() {
    try (SecretBytes other = SecretBytes.copyOf(new byte[] {1, 2, 4})) {
      assertThat(HeaderImage.of(header(Map.of()), macKey).authentic(other)).isFalse();
    }
    assertThat(HeaderImage.of(header(Map.of()), null).authentic(macKey)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryAlteredByteThatCounts(HeaderCopy copy) throws FormatException {
    HeaderImage image = HeaderImage.of(header(Map.of()), macKey);
    byte[] bytes = image.bytes(copy);
    int end = JSON + field(bytes, JSON_LENGTH);
    ByteFlips.Check refused =
        altered ->
            ByteFlips.assertRefused(candidate -> HeaderImage.parse(candidate, copy), altered);
    ByteFlips.everyValue(bytes, 0, CRC + 4, refused);
    ByteFlips.everyByte(bytes, CRC + 4, end, refused);
    ByteFlips.everyByte(
        bytes,
        end,
        bytes.length,
        altered -> assertThat(HeaderImage.parse(altered, copy).sameAs(image)).isTrue());
  }

  @Test
  void refusesEveryTruncation() {
    byte[] bytes = HeaderImage.of(header(Map.of()), macKey).bytes(HeaderCopy.A);
    int end = JSON + field(bytes, JSON_LENGTH);
    for (int length = 0; length < end; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> HeaderImage.parse(cut, HeaderCopy.A))
          .isInstanceOf(FormatException.class)
          .hasMessageMatching("header copy A (has \\d+ bytes, fewer than 512|has impossible .*)");
    }
  }

  @Test
  void refusesTheOtherCopy() {
    HeaderImage image = HeaderImage.of(header(Map.of()), null);
    assertThatThrownBy(() -> HeaderImage.parse(image.bytes(HeaderCopy.A), HeaderCopy.B))
        .isInstanceOf(FormatException.class)
        .hasMessage("header copy B has no magic");
    byte[] moved = image.bytes(HeaderCopy.A);
    System.arraycopy(image.bytes(HeaderCopy.B), 0, moved, 0, 8);
    assertThatThrownBy(() -> HeaderImage.parse(mended(moved), HeaderCopy.B))
        .isInstanceOf(FormatException.class)
        .hasMessage("header copy B says that it belongs at 0");
  }

  @ParameterizedTest
  @CsvSource({
    VERSION + ", 2, 'is of format version 2, not 1'",
    VERSION + ", 0, 'is of format version 0, not 1'",
    FIXED_LENGTH + ", 511, 'has impossible lengths: 511 and '",
    FIXED_LENGTH + ", -1, 'has impossible lengths: -1 and '",
    JSON_LENGTH + ", -1, 'has impossible lengths: 512 and -1'",
    JSON_LENGTH + ", -2147483648, 'has impossible lengths: 512 and -2147483648'",
    JSON_LENGTH + ", 2147483647, 'has impossible lengths: 512 and 2147483647'",
    JSON_LENGTH + ", 65025, 'has impossible lengths: 512 and 65025'",
    JSON_LENGTH + ", 3585, 'has impossible lengths: 512 and 3585'",
    CRC + ", 0, 'fails its checksum'"
  })
  void namesTheFieldThatIsOutOfRange(int field, int value, String rule) {
    byte[] bytes = HeaderImage.of(header(Map.of()), null).bytes(HeaderCopy.A);
    fields(bytes).putInt(field, value);
    assertThatThrownBy(() -> HeaderImage.parse(bytes, HeaderCopy.A))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("header copy A " + rule);
  }

  @Test
  void refusesAJsonPartThatItDoesNotUnderstand() {
    assertJson(json -> fields(json).putShort(JSON, (short) 0x3f3f), "header is not understood: ");
    assertJson(json -> fields(json).putInt(JSON_LENGTH, 0), "header is not understood: ");
    assertJson(json -> json[JSON + 5] = 'x', "header has an unknown member \"xolumeId\"");
  }

  private void assertJson(Consumer<byte[]> change, String rule) {
    byte[] bytes = HeaderImage.of(header(Map.of()), macKey).bytes(HeaderCopy.A);
    change.accept(bytes);
    assertThatThrownBy(() -> parse(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(rule);
  }

  /// Copy A, after its checksum was mended.
  private static HeaderImage parse(byte[] bytes) throws FormatException {
    return HeaderImage.parse(mended(bytes), HeaderCopy.A);
  }

  private static byte[] mended(byte[] bytes) {
    byte[] mended = bytes.clone();
    int length = field(mended, JSON_LENGTH);
    if (length >= 0 && length <= mended.length - JSON) {
      fields(mended).putInt(CRC, 0);
      fields(mended).putInt(CRC, Checksums.of(mended, 0, JSON + length));
    }
    return mended;
  }

  private static int field(byte[] bytes, int offset) {
    return fields(bytes).getInt(offset);
  }

  private static ByteBuffer fields(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static VolumeHeader header(Map<String, String> context) {
    return new VolumeHeader(
        "vol-1",
        8192,
        CipherSpec.AES_256_XTS,
        4096,
        524_288,
        null,
        "a2V5",
        context,
        VolumeHeaderTest.LINEAGE,
        0x0102_0304_0506_0708L,
        null,
        null);
  }
}
