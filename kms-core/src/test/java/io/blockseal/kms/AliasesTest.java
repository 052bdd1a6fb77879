package io.blockseal.kms;

import static io.blockseal.kms.KmsApiContract.assertFails;
import static io.blockseal.kms.KmsFixture.ACCOUNT;
import static io.blockseal.kms.KmsFixture.REGION;
import static io.blockseal.kms.KmsFixture.START;
import static io.blockseal.kms.KmsFixture.blob;
import static io.blockseal.kms.KmsFixture.caller;
import static io.blockseal.kms.KmsFixture.stranger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.AliasListEntry;
import io.blockseal.aws.kms.AlreadyExistsException;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.DeleteAliasRequest;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusRequest;
import io.blockseal.aws.kms.InvalidAliasNameException;
import io.blockseal.aws.kms.KeyManagerType;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.LimitExceededException;
import io.blockseal.aws.kms.ListAliasesRequest;
import io.blockseal.aws.kms.ListAliasesResponse;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.kms.PutKeyPolicyRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.aws.kms.Tag;
import io.blockseal.aws.kms.TagResourceRequest;
import io.blockseal.aws.kms.UpdateAliasRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AliasesTest {
  private static final String PREFIX = "arn:aws:kms:" + REGION + ":" + ACCOUNT + ":";
  private static final Caller VIA_EBS = caller().via("ec2." + REGION + ".amazonaws.com");

  @TempDir Path directory;

  private KmsFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = KmsFixture.inMemory(directory);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void namesAKeyInCryptographicOperations() {
    KeyMetadata key = fixture.newKey();
    create("alias/mine/with:all_the-Rest", key.keyId());
    assertThat(fixture.encrypt("alias/mine/with:all_the-Rest", "x", Map.of())).isNotNull();
    assertThat(fixture.encrypt(PREFIX + "alias/mine/with:all_the-Rest", "x", Map.of())).isNotNull();
    assertThat(describe(caller(), "alias/mine/with:all_the-Rest").arn()).isEqualTo(key.arn());
  }

  @Test
  void namesNoKeyInAdministrativeOperations() {
    create("alias/mine", fixture.newKey().keyId());
    assertFails(
        () -> fixture.kms.disableKey(caller(), new DisableKeyRequest("alias/mine")),
        "NotFoundException",
        "Invalid keyId 'alias/mine'");
    assertFails(
        () -> fixture.kms.disableKey(caller(), new DisableKeyRequest(PREFIX + "alias/mine")),
        "NotFoundException",
        "Invalid keyId '" + PREFIX + "alias/mine'");
  }

  @Test
  void movesToAnotherKey() {
    KeyMetadata first = fixture.newKey();
    KeyMetadata second = fixture.newKey();
    create("alias/mine", first.keyId());
    fixture.advance(Duration.ofHours(1));
    fixture.kms.updateAlias(
        caller(), new UpdateAliasRequest("alias/mine", PREFIX + "key/" + second.keyId()));
    assertThat(describe(caller(), "alias/mine").keyId()).isEqualTo(second.keyId());
    assertThat(list(first.keyId()).aliasesOrEmpty()).isEmpty();
    assertThat(list(second.keyId()).aliasesOrEmpty())
        .containsExactly(
            new AliasListEntry(
                "alias/mine",
                PREFIX + "alias/mine",
                second.keyId(),
                START,
                START.plus(Duration.ofHours(1))));
    assertFails(
        () ->
            fixture.kms.updateAlias(caller(), new UpdateAliasRequest("alias/none", second.keyId())),
        "NotFoundException",
        "Alias " + PREFIX + "alias/none is not found.");
  }

  @Test
  void disappears() {
    KeyMetadata key = fixture.newKey();
    create("alias/mine", key.keyId());
    fixture.kms.deleteAlias(caller(), new DeleteAliasRequest("alias/mine"));
    assertThatThrownBy(() -> describe(caller(), "alias/mine"))
        .isInstanceOf(NotFoundException.class);
    assertThat(list(key.keyId()).aliasesOrEmpty()).isEmpty();
    assertThatThrownBy(
            () -> fixture.kms.deleteAlias(caller(), new DeleteAliasRequest("alias/mine")))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void hasANameOfItsOwn() {
    String keyId = fixture.newKey().keyId();
    create("alias/mine", keyId);
    assertFails(
        () -> create("alias/mine", keyId),
        "AlreadyExistsException",
        "An alias with the name " + PREFIX + "alias/mine already exists");
    assertFails(
        () -> create("mine", keyId),
        "ValidationException",
        "Alias must start with the prefix \"alias/\". Please see"
            + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    for (String name : List.of("alias/", "alias/a b", "alias/aws/mine")) {
      assertThatThrownBy(() -> create(name, keyId)).isInstanceOf(InvalidAliasNameException.class);
    }
  }

  @Test
  void isOneOfFiftyAtMost() {
    String keyId = fixture.newKey().keyId();
    for (int i = 0; i < 50; i++) {
      create("alias/number-" + i, keyId);
    }
    assertThatThrownBy(() -> create("alias/one-more", keyId))
        .isInstanceOf(LimitExceededException.class);
  }

  @Test
  void goesToOneOfManyThatWantIt() throws InterruptedException {
    int threads = 8;
    String keyId = fixture.newKey().keyId();
    AtomicInteger made = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  create("alias/wanted", keyId);
                  made.incrementAndGet();
                } catch (AlreadyExistsException taken) {
                  refused.incrementAndGet();
                } finally {
                  done.countDown();
                }
              });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(made).hasValue(1);
    assertThat(refused).hasValue(threads - 1);
  }

  @Test
  void isListedPageByPage() {
    String keyId = fixture.newKey().keyId();
    for (String name : List.of("alias/c", "alias/a", "alias/b")) {
      create(name, keyId);
    }
    List<String> seen = new ArrayList<>();
    String marker = null;
    do {
      ListAliasesResponse page =
          fixture.kms.listAliases(caller(), new ListAliasesRequest(null, 2, marker));
      page.aliasesOrEmpty().forEach(alias -> seen.add(alias.aliasName()));
      marker = page.nextMarker();
    } while (marker != null);
    assertThat(seen).containsExactly("alias/a", "alias/b", "alias/c", "alias/aws/ebs");
  }

  @Test
  void isListedForEbsBeforeItsKeyExists() {
    assertThat(list(null).aliasesOrEmpty())
        .containsExactly(
            new AliasListEntry("alias/aws/ebs", PREFIX + "alias/aws/ebs", null, null, null));
    KeyMetadata key = describe(caller(), "alias/aws/ebs");
    assertThat(list(null).aliasesOrEmpty())
        .containsExactly(
            new AliasListEntry(
                "alias/aws/ebs", PREFIX + "alias/aws/ebs", key.keyId(), START, START));
  }

  @Test
  void bringsTheEbsKeyIntoBeingOnce() throws InterruptedException {
    int threads = 8;
    Map<String, Boolean> ids = new ConcurrentHashMap<>();
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  ids.put(describe(caller(), "alias/aws/ebs").keyId(), true);
                } finally {
                  done.countDown();
                }
              });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ids).hasSize(1);
    KeyMetadata key = describe(caller(), "alias/aws/ebs");
    assertThat(key.keyManager()).isEqualTo(KeyManagerType.AWS);
    assertThat(key.description())
        .isEqualTo("Default key that protects my EBS volumes when no other key is defined");
    var rotation =
        fixture.kms.getKeyRotationStatus(caller(), new GetKeyRotationStatusRequest(key.keyId()));
    assertThat(rotation.keyRotationEnabled()).isTrue();
    assertThat(rotation.rotationPeriodInDays()).isEqualTo(365);
    assertThatThrownBy(() -> describe(caller(), "alias/aws/s3"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void doesNotMakeTheEbsKeyOfAnotherAccount() {
    assertFails(
        () -> describe(stranger(), PREFIX + "alias/aws/ebs"),
        "NotFoundException",
        "Alias " + PREFIX + "alias/aws/ebs is not found.");
  }

  @Test
  void letsTheEbsKeyBeUsedThroughEbsOnly() {
    GenerateDataKeyWithoutPlaintextRequest request =
        GenerateDataKeyWithoutPlaintextRequest.builder()
            .keyId("alias/aws/ebs")
            .numberOfBytes(64)
            .encryptionContext(Map.of("aws:ebs:id", "vol-1"))
            .build();
    assertThat(fixture.kms.generateDataKeyWithoutPlaintext(VIA_EBS, request).ciphertextBlob())
        .isNotNull();
    String arn = Objects.requireNonNull(describe(caller(), "alias/aws/ebs").arn());
    assertFails(
        () -> fixture.kms.generateDataKeyWithoutPlaintext(caller(), request),
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:root is not authorized to perform:"
            + " kms:GenerateDataKeyWithoutPlaintext on resource: "
            + arn
            + " because no resource-based policy allows the kms:GenerateDataKeyWithoutPlaintext"
            + " action");
  }

  @Test
  void protectsTheEbsKeyFromItsAccount() {
    String id = describe(caller(), "alias/aws/ebs").keyId();
    Map<String, Runnable> attempts = new LinkedHashMap<>();
    attempts.put(
        "ScheduleKeyDeletion",
        () -> fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(id, null)));
    attempts.put("DisableKey", () -> fixture.kms.disableKey(caller(), new DisableKeyRequest(id)));
    attempts.put(
        "RotateKeyOnDemand",
        () -> fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id)));
    attempts.put(
        "TagResource",
        () ->
            fixture.kms.tagResource(
                caller(), new TagResourceRequest(id, List.of(new Tag("a", "b")))));
    attempts.put("CreateAlias", () -> create("alias/mine", id));
    attempts.put(
        "PutKeyPolicy",
        () ->
            fixture.kms.putKeyPolicy(
                caller(),
                PutKeyPolicyRequest.builder()
                    .keyId(id)
                    .policy(KeyPolicies.ofNewKey(ACCOUNT))
                    .build()));
    attempts.put(
        "Encrypt",
        () ->
            fixture.kms.encrypt(
                caller(), EncryptRequest.builder().keyId(id).plaintext(blob("x")).build()));
    attempts.forEach(
        (action, attempt) ->
            assertFails(
                attempt,
                "AccessDeniedException",
                "User: arn:aws:iam::111122223333:root is not authorized to perform: kms:%1$s on resource: %2$s because no resource-based policy allows the kms:%1$s action"
                    .formatted(action, PREFIX + "key/" + id)));
    assertThatThrownBy(
            () -> fixture.kms.deleteAlias(caller(), new DeleteAliasRequest("alias/aws/ebs")))
        .hasMessageContaining("is not authorized to perform: kms:DeleteAlias");
  }

  private void create(String name, String keyId) {
    fixture.kms.createAlias(caller(), new CreateAliasRequest(name, keyId));
  }

  private ListAliasesResponse list(@Nullable String keyId) {
    return fixture.kms.listAliases(caller(), new ListAliasesRequest(keyId, null, null));
  }

  private KeyMetadata describe(Caller caller, String keyId) {
    return Objects.requireNonNull(
        fixture.kms.describeKey(caller, new DescribeKeyRequest(keyId, null)).keyMetadata());
  }
}
