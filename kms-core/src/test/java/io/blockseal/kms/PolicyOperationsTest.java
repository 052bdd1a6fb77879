package io.blockseal.kms;

import static io.blockseal.kms.KmsApiContract.assertFails;
import static io.blockseal.kms.KmsFixture.ACCOUNT;
import static io.blockseal.kms.KmsFixture.OTHER_ACCOUNT;
import static io.blockseal.kms.KmsFixture.REGION;
import static io.blockseal.kms.KmsFixture.blob;
import static io.blockseal.kms.KmsFixture.caller;
import static io.blockseal.kms.KmsFixture.stranger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.GetKeyPolicyRequest;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.LimitExceededException;
import io.blockseal.aws.kms.ListKeyPoliciesRequest;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.MalformedPolicyDocumentException;
import io.blockseal.aws.kms.NotFoundException;
import io.blockseal.aws.kms.PutKeyPolicyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Key policies as callers feel them.
final class PolicyOperationsTest {
  private static final String ROOT = "arn:aws:iam::" + ACCOUNT + ":root";
  private static final String ADMIN =
      "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\""
          + ROOT
          + "\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}";

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
  void givesANewKeyToItsAccount() {
    assertThat(policy())
        .isEqualTo(
            """
            {
              "Version" : "2012-10-17",
              "Id" : "key-default-1",
              "Statement" : [ {
                "Sid" : "Enable IAM User Permissions",
                "Effect" : "Allow",
                "Principal" : {
                  "AWS" : "arn:aws:iam::111122223333:root"
                },
                "Action" : "kms:*",
                "Resource" : "*"
              } ]
            }\
            """);
    assertThat(
            fixture
                .kms
                .listKeyPolicies(caller(), ListKeyPoliciesRequest.builder().keyId(id).build())
                .policyNamesOrEmpty())
        .containsExactly("default");
    assertThatThrownBy(
            () -> fixture.kms.getKeyPolicy(caller(), new GetKeyPolicyRequest(id, "other")))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void keepsAPolicyAsItWasTyped() {
    String typed = document(ADMIN).replace(",", " ,\n");
    put(typed);
    assertThat(policy()).isEqualTo(typed);
  }

  @Test
  void refusesAPolicyThatLocksItsAuthorOut() {
    String readOnly = document(ADMIN.replace("kms:*", "kms:Describe*"));
    String message =
        "The new key policy will not allow you to update the key policy in the future.";
    assertFails(() -> put(readOnly), "MalformedPolicyDocumentException", message);
    assertFails(
        () -> fixture.kms.createKey(caller(), CreateKeyRequest.builder().policy(readOnly).build()),
        "MalformedPolicyDocumentException",
        message);
    assertThat(fixture.kms.listKeys(caller(), new ListKeysRequest(null, null)).keysOrEmpty())
        .hasSize(1);
    fixture.kms.putKeyPolicy(
        caller(),
        PutKeyPolicyRequest.builder()
            .keyId(id)
            .policy(readOnly)
            .bypassPolicyLockoutSafetyCheck(true)
            .build());
    assertFails(
        () -> put(document(ADMIN)),
        "AccessDeniedException",
        "User: "
            + ROOT
            + " is not authorized to perform: kms:PutKeyPolicy on resource: "
            + arn
            + " because no resource-based policy allows the kms:PutKeyPolicy action");
  }

  @Test
  void refusesWhatIsNoPolicy() {
    for (String broken :
        List.of(
            "{}",
            "not json",
            document("{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\"}"),
            document(ADMIN.replace("\"Allow\"", "\"Maybe\"")),
            document(ADMIN.replace("\"*\"}", "\"*\",\"Else\":1}")),
            document(condition("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z")),
            document(condition("StringEquals", "aws:PrincipalArn", "${aws:username}")),
            document(condition("ForAllValues:StringEquals", "kms:EncryptionContext:a", "b")))) {
      assertThatThrownBy(() -> put(broken))
          .as(broken)
          .isInstanceOf(MalformedPolicyDocumentException.class);
    }
    assertFails(
        () -> put(document(ADMIN.replace(ROOT, "arn:aws:iam::1:nobody"))),
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.");
    assertThatThrownBy(() -> put(" ".repeat(32769) + document(ADMIN)))
        .isInstanceOf(LimitExceededException.class);
  }

  @Test
  void deniesBeforeItAllows() {
    put(
        document(
            ADMIN,
            "{\"Sid\":\"no\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"kms:Encrypt\",\"Resource\":\"*\"}"));
    assertFails(
        () -> encrypt(caller(), Map.of()),
        "AccessDeniedException",
        "User: "
            + ROOT
            + " is not authorized to perform: kms:Encrypt on resource: "
            + arn
            + " with an explicit deny in a resource-based policy");
    // A grant does not help against an explicit deny either.
    String role = "arn:aws:iam::" + ACCOUNT + ":role/worker";
    fixture.kms.createGrant(
        caller(),
        CreateGrantRequest.builder()
            .keyId(id)
            .granteePrincipal(role)
            .operations(List.of(GrantOperation.ENCRYPT))
            .build());
    assertThatThrownBy(() -> encrypt(caller(ACCOUNT, role), Map.of()))
        .hasMessageEndingWith("with an explicit deny in a resource-based policy");
  }

  @Test
  void allowsAnotherAccount() {
    put(
        document(
            ADMIN,
            ADMIN
                .replace(ROOT, "arn:aws:iam::" + OTHER_ACCOUNT + ":root")
                .replace("\"kms:*\"", "[\"kms:Encrypt\",\"kms:DescribeKey\"]")));
    assertThat(encrypt(stranger(), Map.of())).isEqualTo(arn);
    assertThat(fixture.kms.describeKey(stranger(), new DescribeKeyRequest(arn, null)).keyMetadata())
        .isNotNull();
    assertFails(
        () -> fixture.kms.createAlias(stranger(), new CreateAliasRequest("alias/a", arn)),
        "AccessDeniedException",
        "User: arn:aws:iam::444455556666:root is not authorized to perform: kms:CreateAlias on"
            + " resource: "
            + arn
            + " because no resource-based policy allows the kms:CreateAlias action");
  }

  @Test
  void asksForTheEncryptionContext() {
    put(
        document(
            ADMIN.replace("kms:*", "kms:PutKeyPolicy"),
            condition("StringLike", "kms:EncryptionContext:AWS:ebs:id", "vol-*")));
    assertThat(encrypt(caller(), Map.of("aws:ebs:id", "vol-1"))).isEqualTo(arn);
    assertThatThrownBy(() -> encrypt(caller(), Map.of("aws:ebs:id", "snap-1")))
        .hasMessageContaining("because no resource-based policy allows");
    assertThatThrownBy(() -> encrypt(caller(), Map.of()))
        .hasMessageContaining("because no resource-based policy allows");
  }

  @Test
  void asksForTheServiceBetween() {
    String ec2 = "ec2." + REGION + ".amazonaws.com";
    put(
        document(
            ADMIN.replace("kms:*", "kms:PutKeyPolicy"),
            condition("StringEquals", "kms:ViaService", ec2)));
    assertThat(encrypt(caller().via(ec2), Map.of())).isEqualTo(arn);
    assertThatThrownBy(() -> encrypt(caller(), Map.of()))
        .hasMessageContaining("because no resource-based policy allows");
  }

  @Test
  void asksWhetherAServiceMakesTheGrant() {
    put(
        document(
            ADMIN.replace("kms:*", "kms:PutKeyPolicy"),
            condition("Bool", "kms:GrantIsForAWSResource", "true")));
    CreateGrantRequest request =
        CreateGrantRequest.builder()
            .keyId(id)
            .granteePrincipal("arn:aws:iam::" + ACCOUNT + ":role/worker")
            .operations(List.of(GrantOperation.DECRYPT))
            .build();
    assertThatThrownBy(() -> fixture.kms.createGrant(caller(), request))
        .hasMessageContaining("kms:CreateGrant");
    assertThat(
            fixture
                .kms
                .createGrant(caller().via("ec2." + REGION + ".amazonaws.com"), request)
                .grantId())
        .isNotNull();
  }

  @Test
  void asksForAliasesOfTheKeyAndOfTheRequest() {
    fixture.kms.createAlias(caller(), new CreateAliasRequest("alias/good", id));
    put(
        document(
            ADMIN.replace("kms:*", "kms:PutKeyPolicy"),
            condition("StringEquals", "kms:RequestAlias", "alias/good")));
    assertThatThrownBy(() -> encrypt(caller(), Map.of())).hasMessageContaining("kms:Encrypt");
    assertThat(
            fixture
                .kms
                .encrypt(
                    caller(),
                    EncryptRequest.builder().keyId("alias/good").plaintext(blob("x")).build())
                .keyId())
        .isEqualTo(arn);
    put(
        document(
            ADMIN.replace("kms:*", "kms:PutKeyPolicy"),
            condition("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/good")));
    assertThat(encrypt(caller(), Map.of())).isEqualTo(arn);
  }

  @Test
  void listsNothingForPrincipalsWithoutIdentityPolicies() {
    String role = "arn:aws:iam::" + ACCOUNT + ":role/worker";
    assertFails(
        () -> fixture.kms.listKeys(caller(ACCOUNT, role), new ListKeysRequest(null, null)),
        "AccessDeniedException",
        "User: "
            + role
            + " is not authorized to perform: kms:ListKeys on resource: * because no identity-based"
            + " policy allows the kms:ListKeys action");
  }

  private String encrypt(Caller caller, Map<String, String> context) {
    return Objects.requireNonNull(
        fixture
            .kms
            .encrypt(
                caller,
                EncryptRequest.builder()
                    .keyId(arn)
                    .plaintext(blob("x"))
                    .encryptionContext(context)
                    .build())
            .keyId());
  }

  private void put(String policy) {
    fixture.kms.putKeyPolicy(
        caller(), PutKeyPolicyRequest.builder().keyId(id).policy(policy).build());
  }

  private String policy() {
    return Objects.requireNonNull(
        fixture.kms.getKeyPolicy(caller(), new GetKeyPolicyRequest(id, null)).policy());
  }

  private static String condition(String operator, String key, String value) {
    return ADMIN.substring(0, ADMIN.length() - 1)
        + ",\"Condition\":{\"%s\":{\"%s\":\"%s\"}}}".formatted(operator, key, value);
  }

  private static String document(String... statements) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[" + String.join(",", statements) + "]}";
  }
}
