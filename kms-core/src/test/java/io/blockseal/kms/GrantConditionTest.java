package io.blockseal.kms;

import static io.blockseal.kms.KmsFixture.ACCOUNT;
import static io.blockseal.kms.KmsFixture.REGION;
import static io.blockseal.kms.KmsFixture.caller;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.GrantConstraints;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.PutKeyPolicyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a policy asks of the encryption context reaches `CreateGrant`: there it is the constraint.
final class GrantConditionTest {
  private static final String INSTANCE =
      "arn:aws:sts::" + ACCOUNT + ":assumed-role/aws:ec2-infrastructure/i-0123456789abcdef0";

  @TempDir Path directory;
  private KmsFixture fixture;
  private String id;

  @BeforeEach
  void open() throws IOException {
    fixture = KmsFixture.inMemory(directory);
    id = fixture.newKey().keyId();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void policy(String statements) {
    fixture.kms.putKeyPolicy(
        caller(),
        PutKeyPolicyRequest.builder()
            .keyId(id)
            .policy("{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}")
            .build());
  }

  private void grant(String volume) {
    fixture.kms.createGrant(
        caller().via("ec2." + REGION + ".amazonaws.com"),
        CreateGrantRequest.builder()
            .keyId(id)
            .granteePrincipal(INSTANCE)
            .operations(List.of(GrantOperation.DECRYPT))
            .constraints(new GrantConstraints(Map.of("aws:ebs:id", volume), null))
            .build());
  }

  @Test
  void aDenyOfAnEncryptionContextReachesCreateGrant() {
    policy(
        """
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%1$s:root"},"Action":"kms:*","Resource":"*"},
        {"Effect":"Deny","Principal":"*","Action":"kms:CreateGrant","Resource":"*",
         "Condition":{"StringEquals":{"kms:EncryptionContext:aws:ebs:id":"vol-secret"}}}\
        """
            .formatted(ACCOUNT));

    assertThatCode(() -> grant("vol-1")).doesNotThrowAnyException();
    assertThatThrownBy(() -> grant("vol-secret")).hasMessageContaining("explicit deny");
  }

  @Test
  void anAllowOfAnEncryptionContextReachesCreateGrant() {
    policy(
        """
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%1$s:root"},"NotAction":"kms:CreateGrant","Resource":"*"},
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%1$s:root"},"Action":"kms:CreateGrant","Resource":"*",
         "Condition":{"StringLike":{"kms:EncryptionContext:aws:ebs:id":"vol-*"}}}\
        """
            .formatted(ACCOUNT));

    assertThatCode(() -> grant("vol-1")).doesNotThrowAnyException();
  }
}
