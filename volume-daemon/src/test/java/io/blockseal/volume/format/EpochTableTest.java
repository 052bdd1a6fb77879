package io.blockseal.volume.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EpochTableTest {
  private static final EpochTable THREE =
      EpochTable.empty().with(salt(1)).with(salt(2)).with(salt(3));

  @Test
  void isReadAsItWasWritten() throws FormatException {
    byte[] bytes = THREE.toBytes();
    assertThat(bytes).hasSize(3 * 64);
    EpochTable found = EpochTable.parse(bytes);
    assertThat(found.lastEpoch()).isEqualTo(3);
    for (int epoch = 1; epoch <= 3; epoch++) {
      assertThat(found.salt(epoch)).isEqualTo(salt(epoch));
      assertThat(found.entry(epoch))
          .isEqualTo(Arrays.copyOfRange(bytes, (epoch - 1) * 64, epoch * 64));
    }
    assertThat(EpochTable.parse(new byte[0]).lastEpoch()).isZero();
    assertThat(EpochTable.empty().toBytes()).isEmpty();
  }

  @Test
  void growsWithoutChangingTheShorterTable() {
    byte[] salt = salt(4);
    EpochTable four = THREE.with(salt);
    salt[0] = 99;
    four.salt(4)[0] = 99;
    assertThat(four.salt(4)).isEqualTo(salt(4));
    assertThat(THREE.lastEpoch()).isEqualTo(3);
  }

  @Test
  void refusesEveryAlteredByte() {
    byte[] bytes = THREE.toBytes();
    ByteFlips.everyValue(
        bytes, 0, bytes.length, altered -> ByteFlips.assertRefused(EpochTable::parse, altered));
  }

  @Test
  void refusesEveryTruncation() {
    byte[] bytes = THREE.toBytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      if (length % 64 != 0) {
        assertThatThrownBy(() -> EpochTable.parse(cut))
            .isInstanceOf(FormatException.class)
            .hasMessage("epoch table of %d bytes is no multiple of 64", length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, -1, Integer.MIN_VALUE})
  void refusesAnEntryOfAnotherEpoch(int epoch) {
    byte[] bytes = THREE.toBytes();
    ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(64, epoch).putInt(64 + 60, Checksums.of(bytes, 64, 60));
    assertThatThrownBy(() -> EpochTable.parse(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessage("entry of epoch 2 says epoch %d", epoch);
  }

  @Test
  void refusesAnAlteredSalt() {
    byte[] bytes = THREE.toBytes();
    bytes[64 + 8] ^= 1;
    assertThatThrownBy(() -> EpochTable.parse(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessage("entry of epoch 2 fails its checksum");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 4})
  void hasNoOtherEpochs(int epoch) {
    assertThatThrownBy(() -> THREE.salt(epoch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epoch %d is not one of 1 to 3", epoch);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33})
  void refusesSaltsOfAnotherLength(int lengthBytes) {
    assertThatThrownBy(() -> THREE.with(new byte[lengthBytes]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epoch salt of %d bytes, not 32", lengthBytes);
  }

  static byte[] salt(int number) {
    byte[] salt = new byte[EpochTable.SALT_BYTES];
    Arrays.fill(salt, (byte) number);
    return salt;
  }
}
