package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Both ciphers against OpenSSL's EVP, in both directions.
@ParameterizedClass
@EnumSource(CipherKernel.class)
final class OpenSslInteropTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final int UNIT = 4096;
  private static final int RECORD = UnitRecord.BYTES;
  private static final int UNITS = 37;
  private static final byte[] XTS_KEY = random(1, 64);
  private static final byte[] GCM_KEY = random(2, 32);
  private static final byte[] LINEAGE = random(3, 16);
  private static final byte[] PLAIN = random(4, UNITS * UNIT);

  OpenSslInteropTest(CipherKernel kernel) {
    kernel.useForXts();
    kernel.useForGcm();
  }

  @BeforeAll
  static void needsOpenSsl() {
    IndependentScript.assumeAvailable();
  }

  @AfterEach
  void restoreTheKernel() {
    CipherKernel.restore();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 255, 0xffff_fff0L, 0x0123_4567_89ab_cdefL})
  void openSslDecryptsXtsUnits(long firstUnit) {
    ByteBuffer encrypted = ByteBuffer.allocateDirect(PLAIN.length);
    try (XtsCipher cipher = xts(UNIT)) {
      cipher.encrypt(firstUnit, ByteBuffer.wrap(PLAIN), encrypted);
    }
    byte[] decrypted = openSslXts("xts-decrypt", firstUnit, UNIT, bytes(encrypted.flip()));
    assertThat(decrypted).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 255, 0xffff_fff0L, 0x0123_4567_89ab_cdefL})
  void decryptsXtsUnitsOfOpenSsl(long firstUnit) {
    byte[] encrypted = openSslXts("xts-encrypt", firstUnit, UNIT, PLAIN);
    ByteBuffer decrypted = ByteBuffer.allocate(PLAIN.length);
    try (XtsCipher cipher = xts(UNIT)) {
      cipher.decrypt(firstUnit, ByteBuffer.wrap(encrypted), decrypted);
    }
    assertThat(decrypted.array()).isEqualTo(PLAIN);
  }

  @Test
  void openSslAgreesOnXtsUnitsOfOtherLengths() {
    byte[] plain = random(5, 5 * 528);
    ByteBuffer encrypted = ByteBuffer.allocate(plain.length);
    try (XtsCipher cipher = xts(528)) {
      cipher.encrypt(77, ByteBuffer.wrap(plain), encrypted);
    }
    assertThat(encrypted.array()).isEqualTo(openSslXts("xts-encrypt", 77, 528, plain));
  }

  @Test
  void openSslOpensGcmUnits() {
    byte[] opened =
        IndependentScript.run(
            "evp.py", sealed(), "gcm-open", HEX.formatHex(GCM_KEY), HEX.formatHex(LINEAGE), "500");
    assertThat(opened).isEqualTo(PLAIN);
  }

  @Test
  void openSslTooFindsAMovedGcmUnit() {
    assertThat(
            IndependentScript.findsWrongTag(
                "evp.py",
                sealed(),
                "gcm-open",
                HEX.formatHex(GCM_KEY),
                HEX.formatHex(LINEAGE),
                "501"))
        .isTrue();
  }

  @Test
  void opensGcmUnitsOfOpenSsl() throws Exception {
    byte[] sealed =
        IndependentScript.run(
            "evp.py",
            PLAIN,
            "gcm-seal",
            HEX.formatHex(GCM_KEY),
            HEX.formatHex(LINEAGE),
            "12345678901",
            "4000000000",
            "9876543210987");
    ByteBuffer opened = ByteBuffer.allocate(PLAIN.length);
    try (GcmUnitCipher cipher = gcm((int) 4_000_000_000L)) {
      for (int i = 0; i < UNITS; i++) {
        ByteBuffer record = ByteBuffer.wrap(sealed, i * (RECORD + UNIT), RECORD);
        assertThat(UnitRecord.counter(record)).isEqualTo(9_876_543_210_987L + i);
        ByteBuffer unit = ByteBuffer.wrap(sealed, i * (RECORD + UNIT) + RECORD, UNIT);
        cipher.decrypt(12_345_678_901L + i, unit, record, opened);
      }
    }
    assertThat(opened.array()).isEqualTo(PLAIN);
  }

  @Test
  void pythonDerivesTheSameKeys() {
    byte[] salt = random(6, 32);
    try (SecretBytes dataKey = SecretBytes.copyOf(XTS_KEY);
        SecretBytes epochKey = KeyDerivation.gcmEpochKey(dataKey, salt, LINEAGE);
        SecretBytes macKey = KeyDerivation.headerMacKey(dataKey, LINEAGE)) {
      assertThat(epochKey.<byte[]>apply(byte[]::clone))
          .isEqualTo(pythonHkdf(HEX.formatHex(salt), "blockseal/gcm-epoch/v1"));
      assertThat(macKey.<byte[]>apply(byte[]::clone))
          .isEqualTo(pythonHkdf("", "blockseal/header-mac/v1"));
    }
  }

  /// Record and ciphertext of every unit, one behind the other, from unit 500 on.
  private static byte[] sealed() {
    ByteBuffer result = ByteBuffer.allocate(UNITS * (RECORD + UNIT));
    try (GcmUnitCipher cipher = gcm(3)) {
      for (int i = 0; i < UNITS; i++) {
        int at = i * (RECORD + UNIT);
        cipher.encrypt(
            500 + i,
            1000 + i,
            ByteBuffer.wrap(PLAIN, i * UNIT, UNIT),
            result.slice(at + RECORD, UNIT),
            result.slice(at, RECORD));
      }
    }
    return result.array();
  }

  private static byte[] openSslXts(String action, long firstUnit, int unitBytes, byte[] input) {
    return IndependentScript.run(
        "evp.py",
        input,
        action,
        HEX.formatHex(XTS_KEY),
        Long.toString(firstUnit),
        Integer.toString(unitBytes));
  }

  private static byte[] pythonHkdf(String salt, String purpose) {
    byte[] info = purpose.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return IndependentScript.run(
        "evp.py",
        new byte[0],
        "hkdf",
        HEX.formatHex(XTS_KEY),
        salt,
        HEX.formatHex(info) + HEX.formatHex(LINEAGE),
        "32");
  }

  private static XtsCipher xts(int unitBytes) {
    try (SecretBytes key = SecretBytes.copyOf(XTS_KEY)) {
      return new XtsCipher(key, unitBytes);
    }
  }

  private static GcmUnitCipher gcm(int epoch) {
    try (SecretBytes key = SecretBytes.copyOf(GCM_KEY)) {
      return new GcmUnitCipher(key, LINEAGE, epoch);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] random(long seed, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
