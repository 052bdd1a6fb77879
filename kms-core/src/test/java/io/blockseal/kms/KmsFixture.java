package io.blockseal.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.KeyFileRoot;
import io.blockseal.kms.hsm.RootOfTrust;
import io.blockseal.meta.InMemoryMetadataStore;
import io.blockseal.meta.MetadataStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A KMS over a store, with a clock that stands still until it is moved.
final class KmsFixture implements AutoCloseable {
  static final String REGION = "eu-west-1";
  static final String ACCOUNT = "111122223333";
  static final String OTHER_ACCOUNT = "444455556666";
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  final MetadataStore store;
  final EmbeddedKms kms;
  final DomainKeys domainKeys;
  final List<KeyEvent> events = new CopyOnWriteArrayList<>();

  private final RootOfTrust root;
  private final Hsm hsm;
  private volatile Instant now = START;

  private KmsFixture(MetadataStore store, RootOfTrust root) throws IOException {
    this.store = store;
    this.root = root;
    SecureRandom random = new SecureRandom();
    hsm = new Hsm(root, random);
    domainKeys = DomainKeys.open(store, hsm);
    kms = new EmbeddedKms(store, domainKeys, random, () -> now, events::add);
  }

  /// A KMS over a store that the fixture closes, with its key file in `directory`.
  static KmsFixture over(MetadataStore store, Path directory) throws IOException {
    Path file = directory.resolve("root.key");
    return new KmsFixture(
        store,
        Files.exists(file) ? KeyFileRoot.open(file) : KeyFileRoot.create(file, new SecureRandom()));
  }

  static KmsFixture inMemory(Path directory) throws IOException {
    return over(new InMemoryMetadataStore(), directory);
  }

  static Caller caller() {
    return caller(ACCOUNT, "arn:aws:iam::" + ACCOUNT + ":root");
  }

  static Caller stranger() {
    return caller(OTHER_ACCOUNT, "arn:aws:iam::" + OTHER_ACCOUNT + ":root");
  }

  static Caller caller(String accountId, String principalArn) {
    return new Caller(
        accountId,
        REGION,
        principalArn,
        accountId,
        "AKIAAAAAAAAAAAAAAAAA",
        "request-1",
        "127.0.0.1",
        "test",
        null);
  }

  Instant now() {
    return now;
  }

  void advance(Duration step) {
    now = now.plus(step);
  }

  KeyMetadata newKey() {
    KeyMetadata key = kms.createKey(caller(), CreateKeyRequest.builder().build()).keyMetadata();
    if (key == null) {
      throw new AssertionError("CreateKey answered without metadata");
    }
    return key;
  }

  Blob encrypt(String keyId, String plaintext, Map<String, String> context) {
    Blob blob =
        kms.encrypt(
                caller(),
                EncryptRequest.builder()
                    .keyId(keyId)
                    .plaintext(blob(plaintext))
                    .encryptionContext(context)
                    .build())
            .ciphertextBlob();
    if (blob == null) {
      throw new AssertionError("Encrypt answered without ciphertext");
    }
    return blob;
  }

  String decrypt(Blob ciphertext, Map<String, String> context) {
    Blob plaintext =
        kms.decrypt(
                caller(),
                DecryptRequest.builder()
                    .ciphertextBlob(ciphertext)
                    .encryptionContext(context)
                    .build())
            .plaintext();
    if (plaintext == null) {
      throw new AssertionError("Decrypt answered without plaintext");
    }
    return new String(plaintext.toByteArray(), UTF_8);
  }

  static Blob blob(String text) {
    return Blob.copyOf(text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    hsm.close();
    root.close();
    store.close();
  }
}
