package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeHeaderTest {
  static final String LINEAGE = "00112233445566778899aabbccddeeff";

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "tab\t", "umlaut-\u00e4", "line\n"})
  void refusesIdsThatAreNotPrintable(String id) {
    assertThatThrownBy(() -> header(id, 4096, CipherSpec.NONE, 4096, 524_288, null, LINEAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("volume id \"%s\" is not 1 to 64 printable ASCII characters", id);
  }

  @Test
  void takesAnIdOf64CharactersAndNoLongerOne() {
    String longest = "v".repeat(64);
    assertThat(plain(longest, 4096).volumeId()).isEqualTo(longest);
    assertThatThrownBy(() -> plain(longest + "v", 4096))
        .hasMessageEndingWith("is not 1 to 64 printable ASCII characters");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -4096, 1, 4095, 4097, Long.MIN_VALUE, Long.MAX_VALUE})
  void refusesSizesThatAreNoMultipleOfAUnit(long sizeBytes) {
    assertThatThrownBy(() -> plain("vol-1", sizeBytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("volume size %d bytes is no positive multiple of 4096", sizeBytes);
  }

  @ParameterizedTest
  @CsvSource({"512, 524288", "8192, 524288", "4096, 524287", "4096, 0", "-1, -1"})
  void refusesOtherUnitsAndChunks(int unitBytes, int chunkBytes) {
    assertThatThrownBy(
            () -> header("vol-1", 4096, CipherSpec.NONE, unitBytes, chunkBytes, null, LINEAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "units of %d and chunks of %d bytes, not 4096 and 524288", unitBytes, chunkBytes);
  }

  @Test
  void wantsADataKeyExactlyIfThereIsACipher() {
    assertThatThrownBy(
            () -> header("vol-1", 4096, CipherSpec.AES_256_XTS, 4096, 524_288, null, LINEAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cipher AES_256_XTS without an encrypted data key");
    assertThatThrownBy(() -> header("vol-1", 4096, CipherSpec.NONE, 4096, 524_288, "a2V5", LINEAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cipher NONE with an encrypted data key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "00", "00112233445566778899aabbccddeef", "x0112233445566778899aabbccddeeff"})
  void refusesLineagesThatAreNot32Digits(String lineage) {
    assertThatThrownBy(() -> header("vol-1", 4096, CipherSpec.NONE, 4096, 524_288, null, lineage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lineage id \"%s\" is not 32 hexadecimal digits", lineage);
  }

  @Test
  void keepsItsContextSortedAndForItself() {
    Map<String, String> context = new HashMap<>(Map.of("b", "2", "a", "1"));
    VolumeHeader header =
        new VolumeHeader(
            "vol-1",
            4096,
            CipherSpec.NONE,
            4096,
            524_288,
            null,
            null,
            context,
            LINEAGE,
            1,
            null,
            null);
    context.put("c", "3");
    assertThat(header.encryptionContext()).containsOnlyKeys("a", "b");
    assertThat(header.encryptionContext().keySet()).containsExactly("a", "b");
    assertThatThrownBy(() -> header.encryptionContext().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void growsAndForgetsItsSourceWithTheNextSequenceNumber() {
    VolumeHeader header =
        new VolumeHeader(
            "vol-1",
            4096,
            CipherSpec.NONE,
            4096,
            524_288,
            null,
            null,
            Map.of(),
            LINEAGE,
            8,
            "s",
            null);
    assertThat(header.grownTo(8192).sizeBytes()).isEqualTo(8192);
    assertThat(header.grownTo(8192).sourceSnapshotId()).isEqualTo("s");
    assertThat(header.grownTo(8192).sequence()).isEqualTo(9);
    assertThat(header.hydrated().sourceSnapshotId()).isNull();
    assertThat(header.hydrated().sizeBytes()).isEqualTo(4096);
    assertThat(header.hydrated().sequence()).isEqualTo(9);
    assertThat(header.lineageBytes()).startsWith(0, 0x11, 0x22).hasSize(16);
  }

  @Test
  void turnsToAnotherTreeWithTheNextSequenceNumber() {
    VolumeHeader header =
        header("vol-1", 4096, CipherSpec.AES_256_GCM, 4096, 524_288, "a2V5", LINEAGE);
    TagTreeHead tree = TagTreeHead.of(filled(), 9);
    assertThat(header.with(tree).tagTree()).isEqualTo(tree);
    assertThat(header.with(tree).sequence()).isEqualTo(2);
    assertThat(header.with(tree).grownTo(8192).tagTree()).isEqualTo(tree);
  }

  @Test
  void hasATagTreeIfAndOnlyIfItsCipherKeepsTagPages() {
    VolumeHeader tagged =
        header("vol-1", 4096, CipherSpec.AES_256_GCM, 4096, 524_288, "a2V5", LINEAGE);
    assertThatThrownBy(() -> plain("vol-1", 4096).with(TagTreeHead.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cipher NONE with a tag tree");
    assertThat(tagged.tagTree()).isEqualTo(TagTreeHead.empty());
  }

  private static byte[] filled() {
    byte[] root = new byte[TagTreeHead.ROOT_BYTES];
    Arrays.fill(root, (byte) 0xab);
    return root;
  }

  private static VolumeHeader plain(String volumeId, long sizeBytes) {
    return header(volumeId, sizeBytes, CipherSpec.NONE, 4096, 524_288, null, LINEAGE);
  }

  private static VolumeHeader header(
      String volumeId,
      long sizeBytes,
      CipherSpec cipher,
      int unitBytes,
      int chunkBytes,
      @Nullable String encryptedDataKey,
      String lineageId) {
    return new VolumeHeader(
        volumeId,
        sizeBytes,
        cipher,
        unitBytes,
        chunkBytes,
        null,
        encryptedDataKey,
        Map.of(),
        lineageId,
        1,
        null,
        cipher.tagged() ? TagTreeHead.empty() : null);
  }
}
