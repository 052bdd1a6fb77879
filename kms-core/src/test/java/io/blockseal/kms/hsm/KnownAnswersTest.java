package io.blockseal.kms.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;

/// The primitives against published vectors.
final class KnownAnswersTest {
  @Test
  void derivesAsNistCavpDoesInCounterMode() {
    // NIST CAVP, KBKDF, KDFCTR_gen.rsp (CAVS 14.4): [PRF=HMAC_SHA256] [CTRLOCATION=BEFORE_FIXED]
    // [RLEN=32_BITS], COUNT=0 (L = 128) and COUNT=10 (L = 256).
    assertThat(
            CounterKdf.generate(
                hex("dd1d91b7d90b2bd3138533ce92b272fbf8a369316aefe242e659cc0ae238afe0"),
                hex(
                    "01322b96b30acd197979444e468e1c5c6859bf1b1cf951b7e725303e237e46b8"
                        + "64a145fab25e517b08f8683d0315bb2911d80a0e8aba17f3b413faac"),
                16))
        .isEqualTo(hex("10621342bfb0fd40046c0e29f2cfdbf0"));
    assertThat(
            CounterKdf.generate(
                hex("e204d6d466aad507ffaf6d6dab0a5b26152c9e21e764370464e360c8fbc765c6"),
                hex(
                    "7b03b98d9f94b899e591f3ef264b71b193fba7043c7e953cde23bc5384bc1a62"
                        + "93580115fae3495fd845dadbd02bd6455cf48d0f62b33e62364a3a80"),
                32))
        .isEqualTo(hex("770dfab6a6a4a4bee0257ff335213f78d8287b4fd537d5c1fffa956910e7c779"));
  }

  @Test
  void encryptsAsNistCavpDoesInGcm() throws AuthenticationFailedException {
    // NIST CAVP, gcmEncryptExtIV256.rsp: [Keylen = 256] [IVlen = 96] [PTlen = 128] [AADlen = 128]
    // [Taglen = 128], Count = 0.
    byte[] key = hex("92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b");
    byte[] iv = hex("ac93a1a6145299bde902f21a");
    byte[] aad = hex("1e0889016f67601c8ebea4943bc23ad6");
    byte[] plaintext = hex("2d71bcfa914e4ac045b2aa60955fad24");
    byte[] sealed = hex("8995ae2e6df3dbf96fac7b7137bae67feca5aa77d51d4a0a14d9c51e1da474ab");
    assertThat(Gcm.encrypt(key, iv, aad, plaintext)).isEqualTo(sealed);
    assertThat(Gcm.decrypt(key, iv, aad, sealed)).isEqualTo(plaintext);
    sealed[31]++;
    assertThatThrownBy(() -> Gcm.decrypt(key, iv, aad, sealed))
        .isInstanceOf(AuthenticationFailedException.class);
  }

  @Test
  void extractsAndExpandsAsRfc5869Does() {
    // RFC 5869, appendix A.1 and A.3 (no salt, no info).
    byte[] inputKey = repeated(0x0b, 22);
    assertThat(
            Hkdf.derive(
                inputKey, hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42))
        .isEqualTo(
            hex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                    + "34007208d5b887185865"));
    assertThat(Hkdf.derive(inputKey, "", 42))
        .isEqualTo(
            hex(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                    + "9d201395faa4b61a96c8"));
  }

  @Test
  void stretchesAsRfc9106Does() {
    // RFC 9106, section 5.3: Argon2id, with secret and associated data.
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(32)
            .withIterations(3)
            .withParallelism(4)
            .withSalt(repeated(2, 16))
            .withSecret(repeated(3, 8))
            .withAdditional(repeated(4, 12))
            .build());
    byte[] tag = new byte[32];
    generator.generateBytes(repeated(1, 32), tag);
    assertThat(tag)
        .isEqualTo(hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"));
  }

  private static byte[] repeated(int value, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
