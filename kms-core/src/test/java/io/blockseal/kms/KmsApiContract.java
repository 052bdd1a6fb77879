package io.blockseal.kms;

import static io.blockseal.kms.KmsFixture.ACCOUNT;
import static io.blockseal.kms.KmsFixture.REGION;
import static io.blockseal.kms.KmsFixture.START;
import static io.blockseal.kms.KmsFixture.blob;
import static io.blockseal.kms.KmsFixture.caller;
import static io.blockseal.kms.KmsFixture.stranger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.DataKeySpec;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DecryptResponse;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DryRunModifierType;
import io.blockseal.aws.kms.DryRunOperationException;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.EncryptResponse;
import io.blockseal.aws.kms.EncryptionAlgorithmSpec;
import io.blockseal.aws.kms.GenerateDataKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyResponse;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GenerateRandomRequest;
import io.blockseal.aws.kms.IncorrectKeyException;
import io.blockseal.aws.kms.InvalidCiphertextException;
import io.blockseal.aws.kms.InvalidMarkerException;
import io.blockseal.aws.kms.KeyListEntry;
import io.blockseal.aws.kms.KeyManagerType;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KeySpec;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.KeyUsageType;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.ListKeysResponse;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.kms.OriginType;
import io.blockseal.aws.kms.ReEncryptRequest;
import io.blockseal.aws.kms.ReEncryptResponse;
import io.blockseal.aws.kms.UnsupportedOperationException;
import io.blockseal.aws.kms.UpdateKeyDescriptionRequest;
import io.blockseal.meta.MetadataStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What keys and cryptography of a KMS do, whatever they are kept in.
abstract class KmsApiContract {
  private static final Map<String, String> CONTEXT = Map.of("aws:ebs:id", "vol-1");
  private static final String ARN_PREFIX = "arn:aws:kms:" + REGION + ":" + ACCOUNT + ":";
  private static final String NO_ID = "11111111-2222-4333-8444-555555555555";

  @TempDir Path directory;

  private KmsFixture fixture;

  abstract MetadataStore newStore(Path home) throws IOException;

  @BeforeEach
  final void open() throws IOException {
    fixture = KmsFixture.over(newStore(directory.resolve("meta")), directory);
  }

  @AfterEach
  final void close() {
    fixture.close();
  }

  @Test
  void describesANewKey() {
    KeyMetadata key = fixture.newKey();
    assertThat(key.keyId()).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}");
    assertThat(key.arn()).isEqualTo(ARN_PREFIX + "key/" + key.keyId());
    assertThat(key.awsAccountId()).isEqualTo(ACCOUNT);
    assertThat(key.creationDate()).isEqualTo(START);
    assertThat(key.enabled()).isTrue();
    assertThat(key.description()).isEmpty();
    assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(key.keyUsage()).isEqualTo(KeyUsageType.ENCRYPT_DECRYPT);
    assertThat(key.keySpec()).isEqualTo(KeySpec.SYMMETRIC_DEFAULT);
    assertThat(key.origin()).isEqualTo(OriginType.AWS_KMS);
    assertThat(key.keyManager()).isEqualTo(KeyManagerType.CUSTOMER);
    assertThat(key.encryptionAlgorithms())
        .containsExactly(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    assertThat(key.multiRegion()).isFalse();
    assertThat(key.currentKeyMaterialId()).matches("[0-9a-f]{64}");
    assertThat(key.deletionDate()).isNull();
    assertThat(describe(key.keyId())).isEqualTo(key);
    assertThat(describe(ARN_PREFIX + "key/" + key.keyId())).isEqualTo(key);
  }

  @Test
  void refusesOtherKindsOfKeysInAwsWords() {
    assertFails(
        () -> create(CreateKeyRequest.builder().keySpec(KeySpec.RSA_2048)),
        "ValidationException",
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
    assertFails(
        () ->
            create(
                CreateKeyRequest.builder()
                    .keySpec(KeySpec.RSA_2048)
                    .keyUsage(KeyUsageType.KEY_AGREEMENT)),
        "ValidationException",
        "KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048");
    for (CreateKeyRequest.Builder other :
        List.of(
            CreateKeyRequest.builder().keySpec(KeySpec.RSA_2048).keyUsage(KeyUsageType.SIGN_VERIFY),
            CreateKeyRequest.builder().multiRegion(true),
            CreateKeyRequest.builder().origin(OriginType.EXTERNAL))) {
      assertThatThrownBy(() -> create(other)).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void saysWhichKeyDoesNotExist() {
    assertFails(
        () -> describe(NO_ID),
        "NotFoundException",
        "Key '" + ARN_PREFIX + "key/" + NO_ID + "' does not exist");
    assertFails(
        () -> describe(ARN_PREFIX + "key/" + NO_ID),
        "NotFoundException",
        "Key '" + ARN_PREFIX + "key/" + NO_ID + "' does not exist");
    assertFails(() -> describe("nonsense"), "NotFoundException", "Invalid keyId 'nonsense'");
    assertFails(
        () -> describe("arn:aws:kms:us-east-1:" + ACCOUNT + ":key/" + NO_ID),
        "NotFoundException",
        "Invalid arn us-east-1");
    assertFails(
        () -> describe("alias/none"),
        "NotFoundException",
        "Alias " + ARN_PREFIX + "alias/none is not found.");
    for (String broken : List.of("arn:aws:s3:::bucket", "arn:", ARN_PREFIX + "thing/1")) {
      assertFails(() -> describe(broken), "InvalidArnException", "Invalid arn " + broken);
    }
  }

  @Test
  void listsKeysPageByPage() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(fixture.newKey().keyId());
    }
    List<String> seen = new ArrayList<>();
    String marker = null;
    do {
      ListKeysResponse page = fixture.kms.listKeys(caller(), new ListKeysRequest(2, marker));
      assertThat(page.truncated()).isEqualTo(page.nextMarker() != null);
      page.keysOrEmpty().stream().map(KeyListEntry::keyId).forEach(seen::add);
      marker = page.nextMarker();
    } while (marker != null);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
    assertThat(fixture.kms.listKeys(stranger(), new ListKeysRequest(null, null)).keysOrEmpty())
        .isEmpty();
  }

  @Test
  void refusesMarkersThatItDidNotMake() {
    for (String marker : List.of("x", "!", "TGlzdEtleXM", Page.marker("ListAliases", "a"))) {
      assertThatThrownBy(() -> fixture.kms.listKeys(caller(), new ListKeysRequest(null, marker)))
          .isInstanceOf(InvalidMarkerException.class);
    }
  }

  @Test
  void changesADescription() {
    KeyMetadata key = fixture.newKey();
    fixture.kms.updateKeyDescription(
        caller(), new UpdateKeyDescriptionRequest(key.keyId(), "for backups"));
    assertThat(describe(key.keyId()).description()).isEqualTo("for backups");
  }

  @Test
  void decryptsWhatItEncrypted() {
    KeyMetadata key = fixture.newKey();
    EncryptResponse encrypted =
        fixture.kms.encrypt(
            caller(),
            EncryptRequest.builder()
                .keyId(key.keyId())
                .plaintext(blob("hello"))
                .encryptionContext(CONTEXT)
                .build());
    assertThat(encrypted.keyId()).isEqualTo(key.arn());
    assertThat(encrypted.encryptionAlgorithm())
        .isEqualTo(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    DecryptResponse decrypted =
        fixture.kms.decrypt(
            caller(),
            DecryptRequest.builder()
                .ciphertextBlob(encrypted.ciphertextBlob())
                .encryptionContext(CONTEXT)
                .build());
    assertThat(decrypted.plaintext()).isEqualTo(blob("hello"));
    assertThat(decrypted.keyId()).isEqualTo(key.arn());
    assertThat(decrypted.keyMaterialId()).isEqualTo(key.currentKeyMaterialId());
  }

  @Test
  void tellsNothingAboutACiphertextThatDoesNotDecrypt() {
    Blob ciphertext = fixture.encrypt(fixture.newKey().keyId(), "hello", Map.of("ab", "c"));
    assertInvalidCiphertext(ciphertext, Map.of("a", "bc"));
    assertInvalidCiphertext(ciphertext, Map.of());
    assertInvalidCiphertext(ciphertext, Map.of("ab", "c", "x", "y"));
    byte[] altered = ciphertext.toByteArray();
    altered[altered.length - 1] ^= 1;
    assertInvalidCiphertext(Blob.copyOf(altered), Map.of("ab", "c"));
    assertInvalidCiphertext(blob("not a ciphertext"), Map.of());
  }

  @Test
  void tellsNothingAboutTheKeyOfAnUnknownCiphertext() {
    byte[] unknown = fixture.encrypt(fixture.newKey().keyId(), "hello", Map.of()).toByteArray();
    unknown[10] ^= 1;
    String text =
        "The ciphertext refers to a customer master key that does not exist, does not exist in this"
            + " region, or you are not allowed to access.";
    assertFails(
        () -> fixture.decrypt(Blob.copyOf(unknown), Map.of()), "AccessDeniedException", text);
    Blob foreign = fixture.encrypt(fixture.newKey().keyId(), "hello", Map.of());
    assertFails(
        () ->
            fixture.kms.decrypt(
                stranger(), DecryptRequest.builder().ciphertextBlob(foreign).build()),
        "AccessDeniedException",
        text);
  }

  @Test
  void insistsOnTheKeyThatARequestNames() {
    KeyMetadata key = fixture.newKey();
    KeyMetadata other = fixture.newKey();
    Blob ciphertext = fixture.encrypt(key.keyId(), "hello", Map.of());
    assertThat(
            fixture
                .kms
                .decrypt(
                    caller(),
                    DecryptRequest.builder().ciphertextBlob(ciphertext).keyId(key.arn()).build())
                .plaintext())
        .isEqualTo(blob("hello"));
    assertThatThrownBy(
            () ->
                fixture.kms.decrypt(
                    caller(),
                    DecryptRequest.builder()
                        .ciphertextBlob(ciphertext)
                        .keyId(other.keyId())
                        .build()))
        .isInstanceOf(IncorrectKeyException.class)
        .hasMessage(
            "The key ID in the request does not identify a CMK that can perform this operation.");
  }

  @Test
  void makesDataKeysThatDecrypt() {
    KeyMetadata key = fixture.newKey();
    GenerateDataKeyResponse made =
        fixture.kms.generateDataKey(
            caller(),
            GenerateDataKeyRequest.builder()
                .keyId(key.keyId())
                .numberOfBytes(64)
                .encryptionContext(CONTEXT)
                .build());
    Blob plaintext = Objects.requireNonNull(made.plaintext());
    assertThat(plaintext.size()).isEqualTo(64);
    assertThat(made.keyId()).isEqualTo(key.arn());
    assertThat(made.keyMaterialId()).isEqualTo(key.currentKeyMaterialId());
    DecryptResponse decrypted =
        fixture.kms.decrypt(
            caller(),
            DecryptRequest.builder()
                .ciphertextBlob(made.ciphertextBlob())
                .encryptionContext(CONTEXT)
                .build());
    assertThat(decrypted.plaintext()).isEqualTo(plaintext);
    assertThat(
            fixture
                .kms
                .generateDataKeyWithoutPlaintext(
                    caller(),
                    GenerateDataKeyWithoutPlaintextRequest.builder()
                        .keyId(key.keyId())
                        .keySpec(DataKeySpec.AES_256)
                        .build())
                .keyMaterialId())
        .isEqualTo(key.currentKeyMaterialId());
  }

  @Test
  void makesDataKeysOfTheSizeAskedFor() {
    String keyId = fixture.newKey().keyId();
    assertThat(dataKeyBytes(keyId, DataKeySpec.AES_256, null)).isEqualTo(32);
    assertThat(dataKeyBytes(keyId, DataKeySpec.AES_128, null)).isEqualTo(16);
    assertThat(dataKeyBytes(keyId, null, 1)).isEqualTo(1);
    assertThat(dataKeyBytes(keyId, null, 1024)).isEqualTo(1024);
    String neither = "Please specify either number of bytes or key spec.";
    assertFails(() -> dataKeyBytes(keyId, null, null), "ValidationException", neither);
    assertFails(() -> dataKeyBytes(keyId, DataKeySpec.AES_256, 32), "ValidationException", neither);
    assertFails(
        () -> dataKeyBytes(keyId, null, 1025),
        "ValidationException",
        "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint:"
            + " Member must have value less than or equal to 1024");
  }

  @Test
  void makesRandomBytes() {
    assertThat(
            Objects.requireNonNull(
                    fixture
                        .kms
                        .generateRandom(
                            caller(), GenerateRandomRequest.builder().numberOfBytes(24).build())
                        .plaintext())
                .size())
        .isEqualTo(24);
    assertFails(
        () -> fixture.kms.generateRandom(caller(), GenerateRandomRequest.builder().build()),
        "ValidationException",
        "NumberOfBytes is required.");
  }

  @Test
  void reEncryptsUnderAnotherKeyAndContext() {
    KeyMetadata from = fixture.newKey();
    KeyMetadata to = fixture.newKey();
    Blob ciphertext = fixture.encrypt(from.keyId(), "hello", CONTEXT);
    ReEncryptResponse moved =
        fixture.kms.reEncrypt(
            caller(),
            ReEncryptRequest.builder()
                .ciphertextBlob(ciphertext)
                .sourceEncryptionContext(CONTEXT)
                .destinationKeyId(to.arn())
                .destinationEncryptionContext(Map.of("new", "context"))
                .build());
    assertThat(moved.sourceKeyId()).isEqualTo(from.arn());
    assertThat(moved.keyId()).isEqualTo(to.arn());
    assertThat(moved.sourceKeyMaterialId()).isEqualTo(from.currentKeyMaterialId());
    assertThat(moved.destinationKeyMaterialId()).isEqualTo(to.currentKeyMaterialId());
    assertThat(
            fixture.decrypt(
                Objects.requireNonNull(moved.ciphertextBlob()), Map.of("new", "context")))
        .isEqualTo("hello");
  }

  @Test
  void runsDryUpToTheCryptography() {
    KeyMetadata key = fixture.newKey();
    Blob ciphertext = fixture.encrypt(key.keyId(), "hello", CONTEXT);
    assertDryRun(
        () ->
            fixture.kms.encrypt(
                caller(),
                EncryptRequest.builder()
                    .keyId(key.keyId())
                    .plaintext(blob("hello"))
                    .dryRun(true)
                    .build()));
    assertDryRun(
        () ->
            fixture.kms.decrypt(
                caller(),
                // The context is wrong, which only the cryptography would find.
                DecryptRequest.builder().ciphertextBlob(ciphertext).dryRun(true).build()));
    assertDryRun(
        () ->
            fixture.kms.decrypt(
                caller(),
                DecryptRequest.builder()
                    .keyId(key.keyId())
                    .dryRun(true)
                    .dryRunModifiers(List.of(DryRunModifierType.IGNORE_CIPHERTEXT))
                    .build()));
    assertDryRun(
        () ->
            fixture.kms.generateDataKey(
                caller(),
                GenerateDataKeyRequest.builder()
                    .keyId(key.keyId())
                    .numberOfBytes(64)
                    .dryRun(true)
                    .build()));
    assertThatThrownBy(
            () ->
                fixture.kms.encrypt(
                    caller(),
                    EncryptRequest.builder()
                        .keyId(NO_ID)
                        .plaintext(blob("hello"))
                        .dryRun(true)
                        .build()))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void checksPlaintextAndAlgorithm() {
    String keyId = fixture.newKey().keyId();
    Blob longest = Blob.copyOf(new byte[4096]);
    assertThat(
            fixture
                .kms
                .encrypt(caller(), EncryptRequest.builder().keyId(keyId).plaintext(longest).build())
                .ciphertextBlob())
        .isNotNull();
    assertFails(
        () ->
            fixture.kms.encrypt(
                caller(),
                EncryptRequest.builder()
                    .keyId(keyId)
                    .plaintext(Blob.copyOf(new byte[4097]))
                    .build()),
        "ValidationException",
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member"
            + " must have length less than or equal to 4096");
    assertFails(
        () ->
            fixture.kms.encrypt(
                caller(),
                EncryptRequest.builder()
                    .keyId(keyId)
                    .plaintext(blob("x"))
                    .encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256)
                    .build()),
        "InvalidKeyUsageException",
        "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.");
  }

  private KeyMetadata create(CreateKeyRequest.Builder request) {
    return Objects.requireNonNull(fixture.kms.createKey(caller(), request.build()).keyMetadata());
  }

  private KeyMetadata describe(String keyId) {
    return Objects.requireNonNull(
        fixture.kms.describeKey(caller(), new DescribeKeyRequest(keyId, null)).keyMetadata());
  }

  private int dataKeyBytes(
      String keyId, @Nullable DataKeySpec spec, @Nullable Integer numberOfBytes) {
    return Objects.requireNonNull(
            fixture
                .kms
                .generateDataKey(
                    caller(),
                    GenerateDataKeyRequest.builder()
                        .keyId(keyId)
                        .keySpec(spec)
                        .numberOfBytes(numberOfBytes)
                        .build())
                .plaintext())
        .size();
  }

  private void assertInvalidCiphertext(Blob ciphertext, Map<String, String> context) {
    assertThatThrownBy(() -> fixture.decrypt(ciphertext, context))
        .isInstanceOf(InvalidCiphertextException.class)
        .hasMessage(null);
  }

  private static void assertDryRun(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(DryRunOperationException.class)
        .hasMessage("The request would have succeeded, but the DryRun option is set.");
  }

  static void assertFails(Runnable call, String code, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            AwsException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.httpStatus()).isEqualTo(400);
            })
        .hasMessage(message);
  }
}
