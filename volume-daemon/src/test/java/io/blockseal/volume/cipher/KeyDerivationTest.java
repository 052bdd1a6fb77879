package io.blockseal.volume.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class KeyDerivationTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] LINEAGE = HEX.parseHex("000102030405060708090a0b0c0d0e0f");

  @Test
  void agreesWithRfc5869TestCase1() {
    byte[] derived =
        KeyDerivation.hkdf(
            HEX.parseHex("0b".repeat(22)),
            HEX.parseHex("000102030405060708090a0b0c"),
            HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"),
            42);
    assertThat(HEX.formatHex(derived))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  }

  @Test
  void agreesWithRfc5869TestCase3WhichHasNoSalt() {
    byte[] derived =
        KeyDerivation.hkdf(HEX.parseHex("0b".repeat(22)), new byte[0], new byte[0], 42);
    assertThat(HEX.formatHex(derived))
        .isEqualTo(
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  }

  @Test
  void derivesTheEpochKeyAsTheFormatSays() throws Exception {
    byte[] salt = HEX.parseHex("77".repeat(32));
    try (SecretBytes dataKey = dataKey();
        SecretBytes key = KeyDerivation.gcmEpochKey(dataKey, salt, LINEAGE)) {
      assertThat(key.<String>apply(HEX::formatHex))
          .isEqualTo(HEX.formatHex(firstBlock(salt, "blockseal/gcm-epoch/v1")));
    }
  }

  @Test
  void derivesTheHeaderMacKeyAsTheFormatSays() throws Exception {
    try (SecretBytes dataKey = dataKey();
        SecretBytes key = KeyDerivation.headerMacKey(dataKey, LINEAGE)) {
      assertThat(key.<String>apply(HEX::formatHex))
          .isEqualTo(HEX.formatHex(firstBlock(new byte[32], "blockseal/header-mac/v1")));
    }
  }

  /// Expected: `evp.tag_tree_key`.
  @Test
  void derivesTheTagTreeKeyOfAVolumeAsTheFormatSays() {
    try (SecretBytes dataKey = dataKey();
        SecretBytes key = KeyDerivation.tagTreeKey(dataKey, LINEAGE, "vol-1");
        SecretBytes otherVolume = KeyDerivation.tagTreeKey(dataKey, LINEAGE, "vol-2")) {
      assertThat(key.<String>apply(HEX::formatHex))
          .isEqualTo("f7b65316ef27476c873ae1eff0535c30b9414a9bb5469b507900e41660c3f65d");
      assertThat(key.sameAs(otherVolume)).isFalse();
      assertThatThrownBy(() -> KeyDerivation.tagTreeKey(dataKey, LINEAGE, "v".repeat(65)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("volume id of 65 bytes, more than 64");
    }
  }

  @Test
  void givesEveryEpochAndLineageItsOwnKey() {
    byte[] salt = new byte[32];
    byte[] otherSalt = HEX.parseHex("01" + "00".repeat(31));
    try (SecretBytes dataKey = dataKey();
        SecretBytes key = KeyDerivation.gcmEpochKey(dataKey, salt, LINEAGE);
        SecretBytes otherEpoch = KeyDerivation.gcmEpochKey(dataKey, otherSalt, LINEAGE);
        SecretBytes otherLineage = KeyDerivation.gcmEpochKey(dataKey, salt, new byte[16])) {
      assertThat(key.sameAs(otherEpoch)).isFalse();
      assertThat(key.sameAs(otherLineage)).isFalse();
    }
  }

  @Test
  void refusesInputsOfOtherLengths() {
    try (SecretBytes dataKey = dataKey();
        SecretBytes shortKey = SecretBytes.copyOf(new byte[32])) {
      assertThatThrownBy(() -> KeyDerivation.gcmEpochKey(shortKey, new byte[32], LINEAGE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> KeyDerivation.gcmEpochKey(dataKey, new byte[31], LINEAGE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> KeyDerivation.headerMacKey(dataKey, new byte[17]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// Extract and the first block of expand, spelled out with HMAC-SHA256.
  private static byte[] firstBlock(byte[] salt, String purpose) throws Exception {
    byte[] extracted = hmac(salt, HEX.parseHex("5a".repeat(64)));
    byte[] info = new byte[purpose.length() + 17];
    System.arraycopy(purpose.getBytes(StandardCharsets.US_ASCII), 0, info, 0, purpose.length());
    System.arraycopy(LINEAGE, 0, info, purpose.length(), 16);
    info[info.length - 1] = 1;
    return hmac(extracted, info);
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static SecretBytes dataKey() {
    return SecretBytes.takeOver(HEX.parseHex("5a".repeat(64)));
  }
}
