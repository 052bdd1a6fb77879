package io.blockseal.ebs;

import static io.blockseal.ebs.EbsRig.ALICE;
import static io.blockseal.ebs.LocalEbsRig.sealed;
import static io.blockseal.ebs.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CancelKeyDeletionRequest;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.aws.kms.EnableKeyRequest;
import io.blockseal.aws.kms.GrantListEntry;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.ListGrantsRequest;
import io.blockseal.aws.kms.PutKeyPolicyRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.kms.DomainKeys;
import io.blockseal.kms.EmbeddedKms;
import io.blockseal.kms.hsm.Hsm;
import io.blockseal.kms.hsm.KeyFileRoot;
import io.blockseal.meta.InMemoryMetadataStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything real but the mount: control plane, volume files, snapshots and the embedded KMS.
class EbsOverEmbeddedKmsTest {
  private static final Caller ROOT =
      new Caller(
          EbsRig.ACCOUNT,
          EbsRig.REGION,
          "arn:aws:iam::%s:root".formatted(EbsRig.ACCOUNT),
          EbsRig.ACCOUNT,
          "AKIAROOT",
          "request",
          "192.0.2.1",
          "test",
          null);

  @TempDir private Path root;

  private final MovableClock clock = new MovableClock();
  private final InMemoryMetadataStore store = new InMemoryMetadataStore();
  private Hsm hsm;
  private EmbeddedKms kms;
  private LocalEbsRig rig;

  @BeforeEach
  void start() throws Exception {
    SecureRandom random = new SecureRandom();
    hsm = new Hsm(KeyFileRoot.create(root.resolve("root.key"), random), random);
    kms = new EmbeddedKms(store, DomainKeys.open(store, hsm), random, clock, _ -> {});
    rig = new LocalEbsRig(root, store, kms, clock);
    rig.caller = ROOT;
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
    hsm.close();
  }

  private String key() {
    return Objects.requireNonNull(
        Objects.requireNonNull(
                kms.createKey(ROOT, CreateKeyRequest.builder().build()).keyMetadata())
            .arn());
  }

  private void disable(String arn) {
    kms.disableKey(ROOT, DisableKeyRequest.builder().keyId(arn).build());
  }

  private void enable(String arn) {
    kms.enableKey(ROOT, EnableKeyRequest.builder().keyId(arn).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES_256_XTS", "AES_256_GCM"})
  void takesAVolumeThroughItsWholeLife(String cipher) {
    String first = key();
    String second = key();
    String original = rig.volume(sealed(first, cipher));
    rig.attach(original);
    rig.write(original, 4_000, "across a unit boundary: " + "x".repeat(200));

    String copy = rig.copy(rig.snapshot(original), second);
    String restored = rig.volume(asks -> asks.snapshotId(copy));
    rig.attach(restored);
    assertThat(rig.read(restored, 4_000, 224)).isEqualTo(rig.read(original, 4_000, 224));
    assertThat(rig.describe(restored).kmsKeyId()).isEqualTo(second);

    disable(second);
    rig.write(restored, 0, "goes on");
    rig.detach(restored);
    assertThat(refused(() -> rig.attach(restored)).code()).isEqualTo("CustomerKeyHasBeenRevoked");
    KeyRefusal why =
        Objects.requireNonNull(Objects.requireNonNull(rig.explained(restored).lastFailure()).kms());
    assertThat(why.code()).isEqualTo("DisabledException");
    assertThat(why.keyState()).isEqualTo("Disabled");

    enable(second);
    rig.attach(restored);
    assertThat(rig.read(restored, 0, 7)).isEqualTo("goes on");
  }

  @Test
  void losesAVolumeForGoodWithItsKey() {
    String arn = key();
    String id = rig.volume(asks -> asks.size(1).encrypted(true).kmsKeyId(arn));
    kms.scheduleKeyDeletion(
        ROOT, ScheduleKeyDeletionRequest.builder().keyId(arn).pendingWindowInDays(7).build());
    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("CustomerKeyHasBeenRevoked");

    kms.cancelKeyDeletion(ROOT, CancelKeyDeletionRequest.builder().keyId(arn).build());
    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("CustomerKeyHasBeenRevoked");
    enable(arn);
    rig.attach(id);
    rig.detach(id);

    kms.scheduleKeyDeletion(
        ROOT, ScheduleKeyDeletionRequest.builder().keyId(arn).pendingWindowInDays(7).build());
    clock.advance(Duration.ofDays(8));
    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("CustomerKeyHasBeenRevoked");
  }

  @Test
  void holdsAGrantForAsLongAsAVolumeIsAttached() throws Exception {
    String arn = key();
    String id = rig.volume(asks -> asks.size(1).encrypted(true).kmsKeyId(arn));
    assertThat(grants(arn)).isEmpty();

    rig.attach(id);
    GrantListEntry grant = grants(arn).getFirst();
    assertThat(grant.granteePrincipal())
        .isEqualTo(
            "arn:aws:sts::%s:assumed-role/aws:ec2-infrastructure/%s"
                .formatted(EbsRig.ACCOUNT, EbsRig.HOST));
    assertThat(grant.retiringPrincipal()).isEqualTo("ec2.us-east-1.amazonaws.com");
    assertThat(grant.operations()).containsExactly(GrantOperation.DECRYPT);
    assertThat(Objects.requireNonNull(grant.constraints()).encryptionContextSubset())
        .isEqualTo(Map.of("aws:ebs:id", id));

    rig.close();
    rig.start();
    assertThat(rig.exports.published(id)).isTrue();
    assertThat(grants(arn)).hasSize(1);

    rig.detach(id);
    assertThat(grants(arn)).isEmpty();
  }

  private List<GrantListEntry> grants(String arn) {
    return kms.listGrants(ROOT, ListGrantsRequest.builder().keyId(arn).build()).grantsOrEmpty();
  }

  @Test
  void makesTheAwsManagedKeyWhenItIsNeeded() {
    String id = rig.volume(asks -> asks.size(1).encrypted(true));
    rig.attach(id);

    assertThat(rig.describe(id).kmsKeyId()).startsWith("arn:aws:kms:us-east-1:");
    rig.write(id, 0, "under aws/ebs");
    assertThat(rig.read(id, 0, 13)).isEqualTo("under aws/ebs");
    String snapshot = rig.snapshot(id);
    String clone = rig.volume(asks -> asks.snapshotId(snapshot));
    rig.attach(clone);
    assertThat(rig.read(clone, 0, 13)).isEqualTo("under aws/ebs");
  }

  @Test
  void refusesAnAttachmentToWhomTheKeyPolicyRefusesTheGrant() {
    String arn = key();
    allowAlice(arn, "kms:*");
    rig.caller = ALICE;
    String id = rig.volume(asks -> asks.size(1).encrypted(true).kmsKeyId(arn));
    rig.attach(id);
    rig.detach(id);
    allowAlice(arn, "kms:Decrypt");

    assertThat(refused(() -> rig.attach(id)).code()).isEqualTo("CustomerKeyHasBeenRevoked");
    KeyRefusal why =
        Objects.requireNonNull(Objects.requireNonNull(rig.explained(id).lastFailure()).kms());
    assertThat(why.kmsOperation()).isEqualTo("CreateGrant");
    assertThat(why.code()).isEqualTo("AccessDeniedException");
  }

  private void allowAlice(String arn, String action) {
    kms.putKeyPolicy(
        ROOT,
        PutKeyPolicyRequest.builder()
            .keyId(arn)
            .policyName("default")
            .policy(
                """
                {"Version":"2012-10-17","Statement":[
                 {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},
                  "Action":"kms:*","Resource":"*"},
                 {"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"%s","Resource":"*"}]}
                """
                    .formatted(EbsRig.ACCOUNT, ALICE.principalArn(), action))
            .build());
  }
}
