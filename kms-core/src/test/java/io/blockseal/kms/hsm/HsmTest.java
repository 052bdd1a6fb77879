package io.blockseal.kms.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HsmTest {
  private static final String REGION = "eu-west-1";
  private static final byte[] AAD = {1, 2, 3};

  @TempDir Path directory;

  private RootOfTrust root;
  private Hsm hsm;
  private byte[] domainKey;

  @BeforeEach
  void open() throws IOException {
    root = KeyFileRoot.create(directory.resolve("root.key"), new SecureRandom());
    hsm = new Hsm(root, new SecureRandom());
    domainKey = hsm.newDomainKey(REGION);
    hsm.loadDomainKey(REGION, domainKey);
  }

  @AfterEach
  void close() {
    hsm.close();
    root.close();
  }

  @Test
  void makesTheGoldenBytes() throws Exception {
    // From golden.py.
    SecureRandom counting = new CountingRandom();
    try (RootOfTrust goldenRoot = KeyFileRoot.create(directory.resolve("golden.key"), counting);
        Hsm golden = new Hsm(goldenRoot, counting);
        SecretBytes hello = secret("hello")) {
      assertThat(goldenRoot.fingerprint()).isEqualTo("e5113eba7a3b8ef75ca60b7fbf67cf46");
      byte[] token = golden.newDomainKey(REGION);
      assertThat(hex(token))
          .isEqualTo(
              "01e5113eba7a3b8ef75ca60b7fbf67cf46404142434445464748494a4b4c4d4e4f505152535455565758"
                  + "595a5b9bd5b5bc38884e9eb365cd7af2345451b7255365a3b3b7d53fe67cdafa3e0420e7cd5682"
                  + "4e95355476360384fe1fa981");
      golden.loadDomainKey(REGION, token);
      BackingKey key = golden.newBackingKey(REGION, "key-1");
      assertThat(key.id())
          .isEqualTo("5d2a54b0d128c1f3482912ff52218196762e71459034f68ef886c3ac6e6db21e");
      assertThat(hex(key.token()))
          .isEqualTo(
              "0144c4f2ce6eab65ead343362d8fa120ae7c7d7e7f808182838485868788898a8b8c8d8e8f90919293"
                  + "94959697a26caee76efc0747c7cf6ed1164a579371128e643fb2043433013a1ed39ce0e602d1898"
                  + "afa96042b008adfdfde1c948d");
      byte[] context =
          HexFormat.of()
              .parseHex(
                  "00000002000000016100000001620000000a6177733a6562733a696400000005766f6c2d31");
      HsmCiphertext ciphertext = golden.encrypt(key, hello, context);
      assertThat(hex(ciphertext.nonce())).isEqualTo("98999a9b9c9d9e9fa0a1a2a3a4a5a6a7");
      assertThat(hex(ciphertext.iv())).isEqualTo("a8a9aaabacadaeafb0b1b2b3");
      assertThat(hex(ciphertext.ciphertextAndTag()))
          .isEqualTo("dea35f0e1a16262ae6c40158e8c01280b20a942f07");
    }
  }

  @Test
  void decryptsWhatItEncryptedAlsoAfterARestart() throws Exception {
    BackingKey key = hsm.newBackingKey(REGION, "key-1");
    HsmCiphertext ciphertext;
    try (SecretBytes plaintext = secret("plain")) {
      ciphertext = hsm.encrypt(key, plaintext, AAD);
    }
    assertDecrypts(hsm, key, ciphertext, "plain");
    try (RootOfTrust sameRoot = KeyFileRoot.open(directory.resolve("root.key"));
        Hsm restarted = new Hsm(sameRoot, new SecureRandom())) {
      BackingKey stored = BackingKey.of(key.id(), REGION, "key-1", key.token());
      assertThatThrownBy(() -> restarted.decrypt(stored, ciphertext, AAD))
          .hasMessage("the domain key of eu-west-1 is not loaded");
      restarted.loadDomainKey(REGION, domainKey);
      assertDecrypts(restarted, stored, ciphertext, "plain");
    }
  }

  @Test
  void bindsACiphertextToItsKeyAndItsContext() {
    BackingKey key = hsm.newBackingKey(REGION, "key-1");
    BackingKey other = hsm.newBackingKey(REGION, "key-1");
    try (SecretBytes plaintext = secret("plain")) {
      HsmCiphertext ciphertext = hsm.encrypt(key, plaintext, AAD);
      assertRefused(key, ciphertext, new byte[] {1, 2, 4});
      assertRefused(other, ciphertext, AAD);
      byte[] altered = ciphertext.ciphertextAndTag();
      altered[0]++;
      assertRefused(key, new HsmCiphertext(ciphertext.nonce(), ciphertext.iv(), altered), AAD);
      byte[] otherNonce = ciphertext.nonce();
      otherNonce[15]++;
      assertRefused(
          key, new HsmCiphertext(otherNonce, ciphertext.iv(), ciphertext.ciphertextAndTag()), AAD);
    }
  }

  @Test
  void encryptsTheSamePlaintextDifferentlyEachTime() {
    BackingKey key = hsm.newBackingKey(REGION, "key-1");
    List<String> seen = new ArrayList<>();
    try (SecretBytes plaintext = secret("plain")) {
      for (int i = 0; i < 100; i++) {
        HsmCiphertext ciphertext = hsm.encrypt(key, plaintext, AAD);
        seen.add(hex(ciphertext.nonce()));
        seen.add(hex(ciphertext.iv()));
        seen.add(hex(ciphertext.ciphertextAndTag()));
      }
    }
    assertThat(seen).doesNotHaveDuplicates();
  }

  @Test
  void opensATokenForItsOwnerOnly() throws Exception {
    BackingKey key = hsm.newBackingKey(REGION, "key-1");
    hsm.destroy(key);
    BackingKey stolen = BackingKey.of(key.id(), REGION, "key-2", key.token());
    try (SecretBytes plaintext = secret("plain")) {
      assertThatThrownBy(() -> hsm.encrypt(stolen, plaintext, AAD))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is damaged");
    }
  }

  @Test
  void refusesATokenUnderAnotherKeysId() throws Exception {
    BackingKey key = hsm.newBackingKey(REGION, "key-1");
    BackingKey other = hsm.newBackingKey(REGION, "key-1");
    hsm.destroy(key);
    BackingKey mixed = BackingKey.of(key.id(), REGION, "key-1", other.token());
    try (SecretBytes plaintext = secret("plain")) {
      assertThatThrownBy(() -> hsm.encrypt(mixed, plaintext, AAD))
          .hasMessageContaining("holds another key");
    }
  }

  @Test
  void rotatesTheDomainKeyAndStillOpensOldTokens() throws Exception {
    BackingKey old = hsm.newBackingKey(REGION, "key-1");
    byte[] sealed = seal("old");
    byte[] second = hsm.newDomainKey(REGION);
    hsm.loadDomainKey(REGION, second);
    BackingKey young = hsm.newBackingKey(REGION, "key-2");
    assertThat(WrappingKey.fingerprintIn(young.token()))
        .isNotEqualTo(WrappingKey.fingerprintIn(old.token()));
    try (Hsm restarted = new Hsm(root, new SecureRandom());
        SecretBytes plaintext = secret("plain")) {
      restarted.loadDomainKey(REGION, domainKey);
      restarted.loadDomainKey(REGION, second);
      assertDecrypts(restarted, old, hsm.encrypt(old, plaintext, AAD), "plain");
      assertDecrypts(restarted, young, hsm.encrypt(young, plaintext, AAD), "plain");
      try (SecretBytes opened = restarted.unseal(REGION, "purpose", sealed)) {
        assertThat(text(opened)).isEqualTo("old");
      }
    }
  }

  @Test
  void saysThatTheRootOfTrustIsAnother() throws IOException {
    try (RootOfTrust other =
            KeyFileRoot.create(directory.resolve("other.key"), new SecureRandom());
        Hsm misplaced = new Hsm(other, new SecureRandom())) {
      assertThatThrownBy(() -> misplaced.loadDomainKey(REGION, domainKey))
          .isInstanceOf(RootOfTrustException.class)
          .hasMessage(
              "the domain key of eu-west-1 is wrapped under root of trust %s; the one given is %s"
                  .formatted(root.fingerprint(), other.fingerprint()));
    }
  }

  @Test
  void refusesADamagedOrMisplacedDomainKey() {
    byte[] altered = domainKey.clone();
    altered[altered.length - 1]++;
    for (byte[] damaged : List.of(altered, new byte[0], new byte[100])) {
      assertThatThrownBy(() -> hsm.loadDomainKey(REGION, damaged))
          .isInstanceOf(RootOfTrustException.class)
          .hasMessage("the stored domain key of eu-west-1 is damaged");
    }
    assertThatThrownBy(() -> hsm.loadDomainKey("us-east-1", domainKey))
        .isInstanceOf(RootOfTrustException.class);
  }

  @Test
  void sealsForOnePurpose() throws Exception {
    byte[] sealed = seal("token");
    try (SecretBytes opened = hsm.unseal(REGION, "purpose", sealed)) {
      assertThat(text(opened)).isEqualTo("token");
    }
    assertThatThrownBy(() -> hsm.unseal(REGION, "another purpose", sealed))
        .isInstanceOf(AuthenticationFailedException.class);
    assertThatThrownBy(() -> hsm.unseal(REGION, "purpose", new byte[10]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void forgetsADestroyedKey() throws Exception {
    BackingKey key = hsm.newBackingKey(REGION, "key-1");
    assertThat(hsm.cachedKeys()).isEqualTo(1);
    hsm.destroy(key);
    assertThat(hsm.cachedKeys()).isZero();
    // A late call still works with the token it read, but does not bring the key back.
    try (SecretBytes plaintext = secret("plain")) {
      assertDecrypts(hsm, key, hsm.encrypt(key, plaintext, AAD), "plain");
    }
    assertThat(hsm.cachedKeys()).isZero();
  }

  @Test
  void keepsABoundedNumberOfKeys() throws Exception {
    BackingKey first = hsm.newBackingKey(REGION, "first");
    for (int i = 0; i < BackingKeyCache.MAX_KEYS + 10; i++) {
      hsm.newBackingKey(REGION, "key-" + i);
    }
    assertThat(hsm.cachedKeys()).isEqualTo(BackingKeyCache.MAX_KEYS);
    try (SecretBytes plaintext = secret("plain")) {
      assertDecrypts(hsm, first, hsm.encrypt(first, plaintext, AAD), "plain");
    }
  }

  @Test
  void servesManyThreadsWhileKeysAreDestroyed() throws Exception {
    BackingKey key = hsm.newBackingKey(REGION, "key-1");
    AtomicInteger served = new AtomicInteger();
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform()
          .start(
              () -> {
                try (SecretBytes plaintext = secret("plain")) {
                  for (int i = 0; i < 500; i++) {
                    HsmCiphertext ciphertext = hsm.encrypt(key, plaintext, AAD);
                    hsm.decrypt(key, ciphertext, AAD).close();
                    served.incrementAndGet();
                  }
                } catch (AuthenticationFailedException e) {
                  throw new IllegalStateException(e);
                } finally {
                  done.countDown();
                }
              });
    }
    Thread.sleep(20);
    hsm.destroy(key);
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(served).hasValue(2000);
  }

  private byte[] seal(String text) {
    try (SecretBytes plaintext = secret(text)) {
      return hsm.seal(REGION, "purpose", plaintext);
    }
  }

  private void assertRefused(BackingKey key, HsmCiphertext ciphertext, byte[] aad) {
    assertThatThrownBy(() -> hsm.decrypt(key, ciphertext, aad))
        .isInstanceOf(AuthenticationFailedException.class);
  }

  private static void assertDecrypts(
      Hsm with, BackingKey key, HsmCiphertext ciphertext, String expected)
      throws AuthenticationFailedException {
    try (SecretBytes plaintext = with.decrypt(key, ciphertext, AAD)) {
      assertThat(text(plaintext)).isEqualTo(expected);
    }
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.takeOver(text.getBytes(UTF_8));
  }

  private static String text(SecretBytes secret) {
    return secret.apply(bytes -> new String(bytes, UTF_8));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
