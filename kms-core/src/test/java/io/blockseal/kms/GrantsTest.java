package io.blockseal.kms;

import static io.blockseal.kms.KmsApiContract.assertFails;
import static io.blockseal.kms.KmsFixture.ACCOUNT;
import static io.blockseal.kms.KmsFixture.OTHER_ACCOUNT;
import static io.blockseal.kms.KmsFixture.REGION;
import static io.blockseal.kms.KmsFixture.START;
import static io.blockseal.kms.KmsFixture.caller;
import static io.blockseal.kms.KmsFixture.stranger;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.CreateGrantResponse;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.aws.kms.DisabledException;
import io.blockseal.aws.kms.DryRunOperationException;
import io.blockseal.aws.kms.GrantConstraints;
import io.blockseal.aws.kms.GrantListEntry;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.InvalidArnException;
import io.blockseal.aws.kms.InvalidGrantIdException;
import io.blockseal.aws.kms.InvalidGrantTokenException;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.ListGrantsRequest;
import io.blockseal.aws.kms.ListGrantsResponse;
import io.blockseal.aws.kms.ListRetirableGrantsRequest;
import io.blockseal.aws.kms.RetireGrantRequest;
import io.blockseal.aws.kms.RevokeGrantRequest;
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

final class GrantsTest {
  private static final String EC2 = "ec2." + REGION + ".amazonaws.com";
  private static final String INSTANCE =
      "arn:aws:sts::" + ACCOUNT + ":assumed-role/aws:ec2-infrastructure/i-0123456789abcdef0";
  private static final Caller INSTANCE_CALLER = caller(ACCOUNT, INSTANCE);
  private static final Map<String, String> VOLUME = Map.of("aws:ebs:id", "vol-1");

  @TempDir Path directory;

  private KmsFixture fixture;
  private String id;
  private String arn;

  @BeforeEach
  void open() throws IOException {
    fixture = KmsFixture.inMemory(directory);
    KeyMetadata key = fixture.newKey();
    id = key.keyId();
    arn = Objects.requireNonNull(key.arn());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void letsAnInstanceDecryptItsVolumeKeyAndNothingElse() {
    Blob ciphertext = fixture.encrypt(id, "data key", VOLUME);
    assertThatThrownBy(() -> decrypt(INSTANCE_CALLER, ciphertext, VOLUME, List.of()))
        .hasMessageStartingWith("The ciphertext refers to a customer master key");
    CreateGrantResponse grant = fixture.kms.createGrant(caller().via(EC2), attachGrant().build());
    assertThat(grant.grantId()).matches("[0-9a-f]{64}");
    assertThat(decrypt(INSTANCE_CALLER, ciphertext, VOLUME, List.of())).isEqualTo("data key");
    assertThat(
            decrypt(
                INSTANCE_CALLER,
                ciphertext,
                VOLUME,
                List.of(Objects.requireNonNull(grant.grantToken()))))
        .isEqualTo("data key");
    Blob other = fixture.encrypt(id, "other", Map.of("aws:ebs:id", "vol-2"));
    assertThatThrownBy(
            () -> decrypt(INSTANCE_CALLER, other, Map.of("aws:ebs:id", "vol-2"), List.of()))
        .hasMessageStartingWith("The ciphertext refers to a customer master key");
    assertThatThrownBy(
            () -> fixture.kms.describeKey(INSTANCE_CALLER, new DescribeKeyRequest(id, null)))
        .hasMessage(
            "User: "
                + INSTANCE
                + " is not authorized to perform: kms:DescribeKey on resource: "
                + arn
                + " because no identity-based policy allows the kms:DescribeKey action");
  }

  @Test
  void endsWithTheServiceThatMayRetireIt() {
    CreateGrantResponse grant = fixture.kms.createGrant(caller().via(EC2), attachGrant().build());
    assertThat(retirable(caller().via(EC2), EC2).grantsOrEmpty())
        .extracting(GrantListEntry::grantId)
        .containsExactly(grant.grantId());
    RetireGrantRequest retire = RetireGrantRequest.builder().grantToken(grant.grantToken()).build();
    assertThatThrownBy(() -> fixture.kms.retireGrant(INSTANCE_CALLER, retire))
        .hasMessageContaining("is not authorized to perform: kms:RetireGrant");
    fixture.kms.retireGrant(INSTANCE_CALLER.via(EC2), retire);
    assertThat(grants(null).grantsOrEmpty()).isEmpty();
    assertThat(retirable(caller().via(EC2), EC2).grantsOrEmpty()).isEmpty();
    Blob ciphertext = fixture.encrypt(id, "data key", VOLUME);
    assertThatThrownBy(() -> decrypt(INSTANCE_CALLER, ciphertext, VOLUME, List.of()))
        .isInstanceOf(AwsException.class);
    assertThatThrownBy(() -> fixture.kms.retireGrant(caller(), retire))
        .isInstanceOf(InvalidGrantIdException.class);
  }

  @Test
  void isListedWithItsTerms() {
    CreateGrantResponse grant =
        fixture.kms.createGrant(caller(), attachGrant().name("attachment").build());
    assertThat(grants(null).grantsOrEmpty())
        .containsExactly(
            new GrantListEntry(
                arn,
                grant.grantId(),
                "attachment",
                START,
                INSTANCE,
                EC2,
                "arn:aws:iam::" + ACCOUNT + ":root",
                List.of(GrantOperation.DECRYPT),
                new GrantConstraints(VOLUME, null)));
  }

  @Test
  void isListedPageByPageAndByGrantee() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(
          Objects.requireNonNull(
              fixture
                  .kms
                  .createGrant(caller(), attachGrant().granteePrincipal(role(i)).build())
                  .grantId()));
    }
    List<String> seen = new ArrayList<>();
    String marker = null;
    do {
      ListGrantsResponse page =
          fixture.kms.listGrants(
              caller(), ListGrantsRequest.builder().keyId(id).limit(2).marker(marker).build());
      page.grantsOrEmpty().forEach(grant -> seen.add(grant.grantId()));
      marker = page.nextMarker();
    } while (marker != null);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
    assertThat(grants(role(3)).grantsOrEmpty())
        .extracting(GrantListEntry::grantId)
        .containsExactly(made.get(3));
    assertThat(
            fixture
                .kms
                .listGrants(
                    caller(), ListGrantsRequest.builder().keyId(id).grantId(made.get(1)).build())
                .grantsOrEmpty())
        .extracting(GrantListEntry::granteePrincipal)
        .containsExactly(role(1));
  }

  @Test
  void isTheSameOneIfNameAndTermsAre() {
    String first = create(attachGrant().name("same"));
    assertThat(create(attachGrant().name("same"))).isEqualTo(first);
    assertThat(create(attachGrant().name("same").operations(List.of(GrantOperation.ENCRYPT))))
        .isNotEqualTo(first);
    assertThat(create(attachGrant())).isNotEqualTo(create(attachGrant()));
    assertThat(grants(null).grantsOrEmpty()).hasSize(4);
  }

  @Test
  void canBePassedOnNoWiderThanItIs() {
    create(
        attachGrant()
            .granteePrincipal(role(1))
            .operations(List.of(GrantOperation.DECRYPT, GrantOperation.CREATE_GRANT)));
    Caller parent = caller(ACCOUNT, role(1));
    CreateGrantRequest.Builder narrower =
        attachGrant()
            .granteePrincipal(role(2))
            .constraints(new GrantConstraints(Map.of("aws:ebs:id", "vol-1", "more", "x"), null));
    assertThat(fixture.kms.createGrant(parent, narrower.build()).grantId()).isNotNull();
    CreateGrantRequest.Builder exact =
        attachGrant().granteePrincipal(role(2)).constraints(new GrantConstraints(null, VOLUME));
    assertThat(fixture.kms.createGrant(parent, exact.build()).grantId()).isNotNull();
    for (CreateGrantRequest.Builder wider :
        List.of(
            attachGrant().operations(List.of(GrantOperation.ENCRYPT)),
            attachGrant().constraints(null),
            attachGrant().constraints(new GrantConstraints(Map.of("aws:ebs:id", "vol-2"), null)))) {
      assertThatThrownBy(() -> fixture.kms.createGrant(parent, wider.build()))
          .hasMessageContaining("is not authorized to perform: kms:CreateGrant");
    }
    // The child has no CreateGrant, so it passes nothing on.
    assertThatThrownBy(() -> fixture.kms.createGrant(caller(ACCOUNT, role(2)), narrower.build()))
        .hasMessageContaining("is not authorized to perform: kms:CreateGrant");
  }

  @Test
  void letsAnotherAccountIn() {
    String theirRole = "arn:aws:iam::" + OTHER_ACCOUNT + ":role/copier";
    assertThatThrownBy(() -> fixture.kms.describeKey(stranger(), new DescribeKeyRequest(arn, null)))
        .hasMessage(
            "User: arn:aws:iam::444455556666:root is not authorized to perform: kms:DescribeKey on"
                + " resource: "
                + arn
                + " because no resource-based policy allows the kms:DescribeKey action");
    create(
        CreateGrantRequest.builder()
            .keyId(id)
            .granteePrincipal(theirRole)
            .operations(List.of(GrantOperation.DESCRIBE_KEY)));
    assertThat(
            fixture
                .kms
                .describeKey(caller(OTHER_ACCOUNT, theirRole), new DescribeKeyRequest(arn, null))
                .keyMetadata())
        .isNotNull();
  }

  @Test
  void staysButDoesNotHelpWithADisabledKey() {
    Blob ciphertext = fixture.encrypt(id, "data key", VOLUME);
    create(attachGrant());
    fixture.kms.disableKey(caller(), new DisableKeyRequest(id));
    assertThatThrownBy(() -> decrypt(INSTANCE_CALLER, ciphertext, VOLUME, List.of()))
        .isInstanceOf(DisabledException.class);
    assertThat(grants(null).grantsOrEmpty()).hasSize(1);
  }

  @Test
  void canBeRevokedAndRetiredByItsAccount() {
    String first = create(attachGrant());
    fixture.kms.revokeGrant(
        caller(), RevokeGrantRequest.builder().keyId(id).grantId(first).build());
    String second = create(attachGrant());
    fixture.kms.retireGrant(
        caller(), RetireGrantRequest.builder().keyId(arn).grantId(second).build());
    assertThat(grants(null).grantsOrEmpty()).isEmpty();
    assertThatThrownBy(
            () ->
                fixture.kms.revokeGrant(
                    caller(), RevokeGrantRequest.builder().keyId(id).grantId(first).build()))
        .isInstanceOf(InvalidGrantIdException.class);
  }

  @Test
  void runsDry() {
    String grantId = create(attachGrant());
    assertThatThrownBy(() -> fixture.kms.createGrant(caller(), attachGrant().dryRun(true).build()))
        .isInstanceOf(DryRunOperationException.class);
    assertThatThrownBy(
            () ->
                fixture.kms.revokeGrant(
                    caller(),
                    RevokeGrantRequest.builder().keyId(id).grantId(grantId).dryRun(true).build()))
        .isInstanceOf(DryRunOperationException.class);
    assertThat(grants(null).grantsOrEmpty()).hasSize(1);
  }

  @Test
  void refusesTermsThatMeanNothing() {
    assertThatThrownBy(() -> create(attachGrant().granteePrincipal("somebody")))
        .isInstanceOf(InvalidArnException.class);
    assertFails(
        () -> create(attachGrant().operations(List.of(GrantOperation.SIGN))),
        "ValidationException",
        "Grant operation Sign is not valid for a symmetric encryption key.");
    assertFails(
        () -> create(attachGrant().constraints(new GrantConstraints(VOLUME, VOLUME))),
        "ValidationException",
        "Please specify either EncryptionContextEquals or EncryptionContextSubset.");
    assertFails(
        () ->
            create(
                attachGrant()
                    .constraints(new GrantConstraints(Map.of("k", "v".repeat(384)), null))),
        "ValidationException",
        "Grant constraint of 1 pairs and 385 characters; at most 8 and 384 are allowed.");
  }

  @Test
  void refusesTokensThatItDidNotMake() {
    Blob ciphertext = fixture.encrypt(id, "x", Map.of());
    for (String token : List.of("x", "!!", "AAAA", "AQ".repeat(300))) {
      assertThatThrownBy(() -> decrypt(caller(), ciphertext, Map.of(), List.of(token)))
          .isInstanceOf(InvalidGrantTokenException.class);
    }
  }

  private CreateGrantRequest.Builder attachGrant() {
    return CreateGrantRequest.builder()
        .keyId(id)
        .granteePrincipal(INSTANCE)
        .retiringPrincipal(EC2)
        .operations(List.of(GrantOperation.DECRYPT))
        .constraints(new GrantConstraints(VOLUME, null));
  }

  private String create(CreateGrantRequest.Builder request) {
    return Objects.requireNonNull(fixture.kms.createGrant(caller(), request.build()).grantId());
  }

  private ListGrantsResponse grants(@Nullable String grantee) {
    return fixture.kms.listGrants(
        caller(), ListGrantsRequest.builder().keyId(id).granteePrincipal(grantee).build());
  }

  private ListGrantsResponse retirable(Caller caller, String principal) {
    return fixture.kms.listRetirableGrants(
        caller, ListRetirableGrantsRequest.builder().retiringPrincipal(principal).build());
  }

  private String decrypt(
      Caller caller, Blob ciphertext, Map<String, String> context, List<String> tokens) {
    Blob plaintext =
        Objects.requireNonNull(
            fixture
                .kms
                .decrypt(
                    caller,
                    DecryptRequest.builder()
                        .ciphertextBlob(ciphertext)
                        .encryptionContext(context)
                        .grantTokens(tokens)
                        .build())
                .plaintext());
    return new String(plaintext.toByteArray(), UTF_8);
  }

  private static String role(int number) {
    return "arn:aws:iam::" + ACCOUNT + ":role/worker-" + number;
  }
}
