package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(CipherKernel.class)
final class GcmUnitCipherTest {
  private static final int UNIT = 4096;
  private static final byte[] LINEAGE = random(1, 16);
  private static final byte[] KEY = random(2, 32);
  private static final byte[] PLAIN = random(3, UNIT);

  private final ByteBuffer sealed = ByteBuffer.allocate(UNIT);
  private final ByteBuffer record = ByteBuffer.allocate(32);

  GcmUnitCipherTest(CipherKernel kernel) {
    kernel.useForGcm();
  }

  @AfterEach
  void restoreTheKernel() {
    CipherKernel.restore();
  }

  @Test
  void recordsEpochNonceAndTag() {
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 0x01020304)) {
      cipher.encrypt(5, 0x1122334455667788L, ByteBuffer.wrap(PLAIN), sealed, record);
    }
    assertThat(HexFormat.of().formatHex(record.array(), 0, 16))
        .isEqualTo("04030201" + "8877665544332211" + "00000000");
    assertThat(Arrays.copyOfRange(record.array(), 16, 32)).isNotEqualTo(new byte[16]);
    assertThat(record.hasRemaining()).isFalse();
    assertThat(UnitRecord.epoch(record.flip())).isEqualTo(0x01020304);
    assertThat(UnitRecord.counter(record)).isEqualTo(0x1122334455667788L);
    assertThat(UnitRecord.written(record)).isTrue();
  }

  @Test
  void isPlainGcmWithTheDocumentedNonceAndAssociatedData() throws Exception {
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 7)) {
      cipher.encrypt(300, 9, ByteBuffer.wrap(PLAIN), sealed, record);
    }
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce = HexFormat.of().parseHex("0900000000000000" + "00000000");
    gcm.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, nonce));
    gcm.updateAAD(LINEAGE);
    gcm.updateAAD(HexFormat.of().parseHex("2c01000000000000" + "0700000000000000"));
    byte[] expected = gcm.doFinal(PLAIN);
    assertThat(sealed.array()).isEqualTo(Arrays.copyOf(expected, UNIT));
    assertThat(Arrays.copyOfRange(record.array(), 16, 32))
        .isEqualTo(Arrays.copyOfRange(expected, UNIT, UNIT + 16));
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap heap", "heap direct", "direct heap", "direct direct"})
  void opensWhatItSealedInAnyKindOfBuffer(String kinds) throws Exception {
    ByteBuffer plain = buffer(kinds.startsWith("direct"), UNIT + 9).position(9);
    plain.put(PLAIN).flip().position(9);
    ByteBuffer target = buffer(kinds.endsWith("direct"), UNIT + 5).position(5);
    ByteBuffer page = buffer(kinds.endsWith("direct"), 4096).position(64);
    ByteBuffer back = buffer(kinds.startsWith("direct"), UNIT);
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1)) {
      cipher.encrypt(2, 0, plain, target, page);
      assertThat(page.position()).isEqualTo(96);
      assertThat(plain.hasRemaining()).isFalse();
      cipher.decrypt(2, target.flip().position(5), page.position(64), back);
      assertThat(page.position()).isEqualTo(96);
    }
    assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(PLAIN));
  }

  @Test
  void worksInPlace() throws Exception {
    ByteBuffer memory = ByteBuffer.allocateDirect(2 * UNIT).put(0, PLAIN);
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1)) {
      cipher.encrypt(2, 0, memory, memory, record);
      assertThat(memory.position()).isEqualTo(UNIT);
      assertThat(memory.slice(0, UNIT)).isNotEqualTo(ByteBuffer.wrap(PLAIN));
      cipher.decrypt(2, memory.position(0), record.flip(), memory);
      assertThat(memory.position()).isEqualTo(UNIT);
    }
    assertThat(memory.slice(0, UNIT)).isEqualTo(ByteBuffer.wrap(PLAIN));
  }

  @ParameterizedTest
  @CsvSource({"cipher,0", "cipher,2048", "cipher,4095", "record,4", "record,15", "record,16"})
  void noticesEveryAlteredPart(String part, int at) {
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1)) {
      cipher.encrypt(2, 0, ByteBuffer.wrap(PLAIN), sealed, record);
      (part.equals("cipher") ? sealed : record).array()[at] ^= 1;
      assertRefused(cipher, 2);
    }
  }

  @Test
  void noticesAMovedUnit() {
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1)) {
      cipher.encrypt(2, 0, ByteBuffer.wrap(PLAIN), sealed, record);
      assertRefused(cipher, 3);
    }
  }

  @Test
  void noticesAForeignLineageAndKey() {
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1);
        GcmUnitCipher otherLineage = cipher(KEY, random(9, 16), 1);
        GcmUnitCipher otherKey = cipher(random(9, 32), LINEAGE, 1)) {
      cipher.encrypt(2, 0, ByteBuffer.wrap(PLAIN), sealed, record);
      assertRefused(otherLineage, 2);
      assertRefused(otherKey, 2);
    }
  }

  @Test
  void noticesARecordWhoseEpochWasForged() {
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1);
        GcmUnitCipher sameKeyNextEpoch = cipher(KEY, LINEAGE, 2)) {
      cipher.encrypt(2, 0, ByteBuffer.wrap(PLAIN), sealed, record);
      record.array()[0] = 2;
      assertRefused(sameKeyNextEpoch, 2);
    }
  }

  @Test
  void refusesARecordOfAnotherEpoch() {
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1);
        GcmUnitCipher next = cipher(KEY, LINEAGE, 2)) {
      cipher.encrypt(2, 0, ByteBuffer.wrap(PLAIN), sealed, record);
      assertThatThrownBy(
              () -> next.decrypt(2, sealed.flip(), record.flip(), ByteBuffer.allocate(UNIT)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("epoch 1");
    }
  }

  @Test
  void refusesEpochZeroAndWrongLengths() {
    assertThatThrownBy(() -> cipher(KEY, LINEAGE, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cipher(KEY, new byte[15], 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cipher(new byte[16], LINEAGE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1)) {
      ByteBuffer plain = ByteBuffer.wrap(PLAIN);
      ByteBuffer shortRecord = ByteBuffer.allocate(31);
      assertThatThrownBy(() -> cipher.encrypt(0, 0, plain, sealed, shortRecord))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cipher.encrypt(0, 0, ByteBuffer.allocate(4095), sealed, record))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cipher.encrypt(-1, 0, plain, sealed, record))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesWorkAfterClose() {
    GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1);
    cipher.close();
    cipher.close();
    ByteBuffer plain = ByteBuffer.wrap(PLAIN);
    assertThatThrownBy(() -> cipher.encrypt(0, 0, plain, sealed, record))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void writesToNothingThatIsOnlyForReading() {
    ByteBuffer readOnly = ByteBuffer.allocateDirect(UNIT).asReadOnlyBuffer();
    try (GcmUnitCipher cipher = cipher(KEY, LINEAGE, 1)) {
      assertThatThrownBy(() -> cipher.encrypt(0, 0, ByteBuffer.wrap(PLAIN), readOnly, record))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThatThrownBy(() -> cipher.decrypt(0, ByteBuffer.wrap(PLAIN), record, readOnly))
          .isInstanceOf(ReadOnlyBufferException.class);
    }
  }

  private void assertRefused(GcmUnitCipher cipher, long unit) {
    ByteBuffer direct = ByteBuffer.allocateDirect(UNIT).put(0, PLAIN);
    ByteBuffer ciphertext = ByteBuffer.allocateDirect(UNIT).put(sealed.array()).flip();
    assertThatThrownBy(() -> cipher.decrypt(unit, ciphertext, record.duplicate().flip(), direct))
        .isInstanceOf(TagMismatchException.class);
    assertThat(direct).isEqualTo(ByteBuffer.allocate(UNIT));
    ByteBuffer target = ByteBuffer.allocate(UNIT);
    ByteBuffer source = sealed.duplicate().flip();
    ByteBuffer itsRecord = record.duplicate().flip();
    assertThatThrownBy(() -> cipher.decrypt(unit, source, itsRecord, target))
        .isInstanceOf(TagMismatchException.class)
        .hasMessageContaining("unit " + unit);
    assertThat(target.array()).containsOnly(0);
    assertThat(target.position() + source.position() + itsRecord.position()).isZero();
  }

  private static GcmUnitCipher cipher(byte[] key, byte[] lineageId, int epoch) {
    try (SecretBytes secret = SecretBytes.copyOf(key)) {
      return new GcmUnitCipher(secret, lineageId, epoch);
    }
  }

  private static ByteBuffer buffer(boolean direct, int lengthBytes) {
    return direct ? ByteBuffer.allocateDirect(lengthBytes) : ByteBuffer.allocate(lengthBytes);
  }

  private static byte[] random(long seed, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
