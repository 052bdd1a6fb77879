package io.blockseal.kms;

import static io.blockseal.kms.KmsFixture.blob;
import static io.blockseal.kms.KmsFixture.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Blob;
import io.blockseal.aws.kms.CancelKeyDeletionRequest;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.CreateGrantResponse;
import io.blockseal.aws.kms.DeleteAliasRequest;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.aws.kms.DisableKeyRotationRequest;
import io.blockseal.aws.kms.EnableKeyRequest;
import io.blockseal.aws.kms.EnableKeyRotationRequest;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.GenerateDataKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GetKeyPolicyRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusRequest;
import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.ListAliasesRequest;
import io.blockseal.aws.kms.ListGrantsRequest;
import io.blockseal.aws.kms.ListKeyPoliciesRequest;
import io.blockseal.aws.kms.ListKeyRotationsRequest;
import io.blockseal.aws.kms.ListResourceTagsRequest;
import io.blockseal.aws.kms.PutKeyPolicyRequest;
import io.blockseal.aws.kms.ReEncryptRequest;
import io.blockseal.aws.kms.RetireGrantRequest;
import io.blockseal.aws.kms.RevokeGrantRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.aws.kms.Tag;
import io.blockseal.aws.kms.TagResourceRequest;
import io.blockseal.aws.kms.UntagResourceRequest;
import io.blockseal.aws.kms.UpdateAliasRequest;
import io.blockseal.aws.kms.UpdateKeyDescriptionRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs every operation on a key in every state and compares with AWS's key-state table ("Key
/// states of KMS keys" in its developer guide), which is spelled out here a second time.
final class KeyOperationTest {
  private static final String GRANTEE = "arn:aws:iam::111122223333:role/worker";

  /// Operation, then what happens when the key is enabled, disabled, pending deletion: `ok`, or the
  /// error's code and what stands behind the ARN in its message.
  private static final String TABLE =
      """
      CANCEL_KEY_DELETION                 | not pending | not pending | ok
      CREATE_ALIAS                        | ok | ok       | pending
      CREATE_GRANT                        | ok | disabled | pending
      DECRYPT                             | ok | disabled | pending
      DELETE_ALIAS                        | ok | ok       | ok
      DESCRIBE_KEY                        | ok | ok       | ok
      DISABLE_KEY                         | ok | ok       | pending
      DISABLE_KEY_ROTATION                | ok | disabled | pending
      ENABLE_KEY                          | ok | ok       | pending
      ENABLE_KEY_ROTATION                 | ok | disabled | pending
      ENCRYPT                             | ok | disabled | pending
      GENERATE_DATA_KEY                   | ok | disabled | pending
      GENERATE_DATA_KEY_WITHOUT_PLAINTEXT | ok | disabled | pending
      GET_KEY_POLICY                      | ok | ok       | ok
      GET_KEY_ROTATION_STATUS             | ok | ok       | ok
      LIST_ALIASES                        | ok | ok       | ok
      LIST_GRANTS                         | ok | ok       | ok
      LIST_KEY_POLICIES                   | ok | ok       | ok
      LIST_KEY_ROTATIONS                  | ok | ok       | ok
      LIST_RESOURCE_TAGS                  | ok | ok       | ok
      PUT_KEY_POLICY                      | ok | ok       | ok
      RE_ENCRYPT_FROM                     | ok | disabled | pending
      RE_ENCRYPT_TO                       | ok | disabled | pending
      RETIRE_GRANT                        | ok | ok       | ok
      REVOKE_GRANT                        | ok | ok       | ok
      ROTATE_KEY_ON_DEMAND                | ok | disabled | pending
      SCHEDULE_KEY_DELETION               | ok | ok       | pending
      TAG_RESOURCE                        | ok | ok       | pending
      UNTAG_RESOURCE                      | ok | ok       | pending
      UPDATE_ALIAS                        | ok | ok       | pending
      UPDATE_KEY_DESCRIPTION              | ok | ok       | pending
      """;

  private static final Map<String, String> ERRORS =
      Map.of(
          "disabled", "DisabledException: %s is disabled.",
          "pending", "KMSInvalidStateException: %s is pending deletion.",
          "not pending", "KMSInvalidStateException: %s is not pending deletion.");

  @TempDir Path directory;

  static Stream<Arguments> rows() {
    return TABLE
        .lines()
        .flatMap(
            line -> {
              String[] cells = line.split("\\|", -1);
              KeyOperation operation = KeyOperation.valueOf(cells[0].strip());
              return Stream.of(
                  Arguments.of(operation, KeyState.ENABLED, cells[1].strip()),
                  Arguments.of(operation, KeyState.DISABLED, cells[2].strip()),
                  Arguments.of(operation, KeyState.PENDING_DELETION, cells[3].strip()));
            });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void endsAsTheTableSays(KeyOperation operation, KeyState state, String expected)
      throws IOException {
    try (KmsFixture fixture = KmsFixture.inMemory(directory)) {
      Subject subject = new Subject(fixture);
      subject.bringInto(state);
      if (expected.equals("ok")) {
        subject.perform(operation);
        return;
      }
      String error = Objects.requireNonNull(ERRORS.get(expected)).formatted(subject.arn);
      assertThatThrownBy(() -> subject.perform(operation))
          .isInstanceOfSatisfying(
              AwsException.class,
              failure -> assertThat(failure.code() + ": " + failure.getMessage()).isEqualTo(error));
    }
  }

  @Test
  void hasARowForEveryOperation() {
    assertThat(rows().map(row -> row.get()[0]).distinct())
        .containsExactlyInAnyOrder((Object[]) KeyOperation.values());
  }

  /// A key with everything that some operation needs: an alias, a grant, a tag, a ciphertext.
  private static final class Subject {
    private final KmsFixture fixture;
    private final String id;
    private final String arn;
    private final Blob ciphertext;
    private final String grantId;
    private final String otherKeyId;

    private Subject(KmsFixture fixture) {
      this.fixture = fixture;
      id = fixture.newKey().keyId();
      arn = "arn:aws:kms:eu-west-1:111122223333:key/" + id;
      ciphertext = fixture.encrypt(id, "hello", Map.of());
      otherKeyId = fixture.newKey().keyId();
      fixture.kms.createAlias(caller(), new CreateAliasRequest("alias/own", id));
      fixture.kms.createAlias(caller(), new CreateAliasRequest("alias/others", otherKeyId));
      grantId = Objects.requireNonNull(grant().grantId());
    }

    private CreateGrantResponse grant() {
      return fixture.kms.createGrant(
          caller(),
          CreateGrantRequest.builder()
              .keyId(id)
              .granteePrincipal(GRANTEE)
              .operations(List.of(GrantOperation.DECRYPT))
              .build());
    }

    private void bringInto(KeyState state) {
      if (state == KeyState.DISABLED) {
        fixture.kms.disableKey(caller(), new DisableKeyRequest(id));
      }
      if (state == KeyState.PENDING_DELETION) {
        fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(id, 7));
      }
    }

    private void perform(KeyOperation operation) {
      switch (operation) {
        case CANCEL_KEY_DELETION, ENABLE_KEY, DISABLE_KEY, SCHEDULE_KEY_DELETION ->
            changeState(operation);
        case CREATE_GRANT, LIST_GRANTS, RETIRE_GRANT, REVOKE_GRANT -> useGrants(operation);
        case CREATE_ALIAS, UPDATE_ALIAS, DELETE_ALIAS, LIST_ALIASES -> useAliases(operation);
        case ENCRYPT,
            DECRYPT,
            RE_ENCRYPT_FROM,
            RE_ENCRYPT_TO,
            GENERATE_DATA_KEY,
            GENERATE_DATA_KEY_WITHOUT_PLAINTEXT ->
            useMaterial(operation);
        case ENABLE_KEY_ROTATION,
            DISABLE_KEY_ROTATION,
            GET_KEY_ROTATION_STATUS,
            LIST_KEY_ROTATIONS,
            ROTATE_KEY_ON_DEMAND ->
            rotate(operation);
        case DESCRIBE_KEY,
            GET_KEY_POLICY,
            LIST_KEY_POLICIES,
            LIST_RESOURCE_TAGS,
            PUT_KEY_POLICY,
            TAG_RESOURCE,
            UNTAG_RESOURCE,
            UPDATE_KEY_DESCRIPTION ->
            administer(operation);
      }
    }

    private void changeState(KeyOperation operation) {
      switch (operation) {
        case CANCEL_KEY_DELETION ->
            fixture.kms.cancelKeyDeletion(caller(), new CancelKeyDeletionRequest(id));
        case ENABLE_KEY -> fixture.kms.enableKey(caller(), new EnableKeyRequest(id));
        case DISABLE_KEY -> fixture.kms.disableKey(caller(), new DisableKeyRequest(id));
        default -> fixture.kms.scheduleKeyDeletion(caller(), new ScheduleKeyDeletionRequest(id, 7));
      }
    }

    private void useGrants(KeyOperation operation) {
      switch (operation) {
        case CREATE_GRANT -> grant();
        case LIST_GRANTS ->
            fixture.kms.listGrants(caller(), ListGrantsRequest.builder().keyId(id).build());
        case RETIRE_GRANT ->
            fixture.kms.retireGrant(
                caller(), RetireGrantRequest.builder().keyId(arn).grantId(grantId).build());
        default ->
            fixture.kms.revokeGrant(
                caller(), RevokeGrantRequest.builder().keyId(id).grantId(grantId).build());
      }
    }

    private void useAliases(KeyOperation operation) {
      switch (operation) {
        case CREATE_ALIAS ->
            fixture.kms.createAlias(caller(), new CreateAliasRequest("alias/new", id));
        case UPDATE_ALIAS ->
            fixture.kms.updateAlias(caller(), new UpdateAliasRequest("alias/others", id));
        case DELETE_ALIAS -> fixture.kms.deleteAlias(caller(), new DeleteAliasRequest("alias/own"));
        default ->
            fixture.kms.listAliases(caller(), ListAliasesRequest.builder().keyId(id).build());
      }
    }

    private void useMaterial(KeyOperation operation) {
      switch (operation) {
        case ENCRYPT ->
            fixture.kms.encrypt(
                caller(), EncryptRequest.builder().keyId(id).plaintext(blob("x")).build());
        case DECRYPT -> fixture.decrypt(ciphertext, Map.of());
        case RE_ENCRYPT_FROM -> reEncrypt(ciphertext, otherKeyId);
        case RE_ENCRYPT_TO -> reEncrypt(fixture.encrypt(otherKeyId, "x", Map.of()), id);
        case GENERATE_DATA_KEY ->
            fixture.kms.generateDataKey(
                caller(), GenerateDataKeyRequest.builder().keyId(id).numberOfBytes(64).build());
        default ->
            fixture.kms.generateDataKeyWithoutPlaintext(
                caller(),
                GenerateDataKeyWithoutPlaintextRequest.builder()
                    .keyId(id)
                    .numberOfBytes(64)
                    .build());
      }
    }

    private void reEncrypt(Blob from, String to) {
      fixture.kms.reEncrypt(
          caller(), ReEncryptRequest.builder().ciphertextBlob(from).destinationKeyId(to).build());
    }

    private void rotate(KeyOperation operation) {
      switch (operation) {
        case ENABLE_KEY_ROTATION ->
            fixture.kms.enableKeyRotation(caller(), new EnableKeyRotationRequest(id, null));
        case DISABLE_KEY_ROTATION ->
            fixture.kms.disableKeyRotation(caller(), new DisableKeyRotationRequest(id));
        case GET_KEY_ROTATION_STATUS ->
            fixture.kms.getKeyRotationStatus(caller(), new GetKeyRotationStatusRequest(id));
        case LIST_KEY_ROTATIONS ->
            fixture.kms.listKeyRotations(
                caller(), ListKeyRotationsRequest.builder().keyId(id).build());
        default -> fixture.kms.rotateKeyOnDemand(caller(), new RotateKeyOnDemandRequest(id));
      }
    }

    private void administer(KeyOperation operation) {
      switch (operation) {
        case DESCRIBE_KEY -> fixture.kms.describeKey(caller(), new DescribeKeyRequest(id, null));
        case GET_KEY_POLICY ->
            fixture.kms.getKeyPolicy(caller(), new GetKeyPolicyRequest(id, null));
        case LIST_KEY_POLICIES ->
            fixture.kms.listKeyPolicies(
                caller(), ListKeyPoliciesRequest.builder().keyId(id).build());
        case LIST_RESOURCE_TAGS ->
            fixture.kms.listResourceTags(
                caller(), ListResourceTagsRequest.builder().keyId(id).build());
        case PUT_KEY_POLICY ->
            fixture.kms.putKeyPolicy(
                caller(),
                PutKeyPolicyRequest.builder()
                    .keyId(id)
                    .policy(KeyPolicies.ofNewKey(KmsFixture.ACCOUNT))
                    .build());
        case TAG_RESOURCE ->
            fixture.kms.tagResource(
                caller(), new TagResourceRequest(id, List.of(new Tag("a", "1"))));
        case UNTAG_RESOURCE ->
            fixture.kms.untagResource(caller(), new UntagResourceRequest(id, List.of("a")));
        default ->
            fixture.kms.updateKeyDescription(caller(), new UpdateKeyDescriptionRequest(id, "text"));
      }
    }
  }
}
