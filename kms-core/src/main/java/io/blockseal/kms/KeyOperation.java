package io.blockseal.kms;

import static io.blockseal.kms.KeyOperation.Outcome.DISABLED;
import static io.blockseal.kms.KeyOperation.Outcome.NOT_PENDING;
import static io.blockseal.kms.KeyOperation.Outcome.PENDING;
import static io.blockseal.kms.KeyOperation.Outcome.WORKS;
import static io.blockseal.kms.KeyOperation.Reach.ACCOUNT;
import static io.blockseal.kms.KeyOperation.Reach.EVERYWHERE;
import static io.blockseal.kms.KeyOperation.Reach.EVERYWHERE_AND_ALIASES;

import io.blockseal.aws.kms.GrantOperation;
import io.blockseal.aws.kms.KeyState;
import org.jspecify.annotations.Nullable;

/// What can be done with a key, and in which of its states: AWS's key-state table, for the states
/// that keys have here. Also says which names of the key an operation takes, and which grant allows
/// it.
enum KeyOperation {
  // IAM action                         names of the key        Enabled      Disabled
  // PendingDeletion
  CANCEL_KEY_DELETION("CancelKeyDeletion", ACCOUNT, NOT_PENDING, NOT_PENDING, WORKS),
  CREATE_ALIAS("CreateAlias", ACCOUNT, WORKS, WORKS, PENDING),
  CREATE_GRANT("CreateGrant", EVERYWHERE, WORKS, DISABLED, PENDING, GrantOperation.CREATE_GRANT),
  DECRYPT("Decrypt", EVERYWHERE_AND_ALIASES, WORKS, DISABLED, PENDING, GrantOperation.DECRYPT),
  DELETE_ALIAS("DeleteAlias", ACCOUNT, WORKS, WORKS, WORKS),
  DESCRIBE_KEY(
      "DescribeKey", EVERYWHERE_AND_ALIASES, WORKS, WORKS, WORKS, GrantOperation.DESCRIBE_KEY),
  DISABLE_KEY("DisableKey", ACCOUNT, WORKS, WORKS, PENDING),
  DISABLE_KEY_ROTATION("DisableKeyRotation", ACCOUNT, WORKS, DISABLED, PENDING),
  ENABLE_KEY("EnableKey", ACCOUNT, WORKS, WORKS, PENDING),
  ENABLE_KEY_ROTATION("EnableKeyRotation", ACCOUNT, WORKS, DISABLED, PENDING),
  ENCRYPT("Encrypt", EVERYWHERE_AND_ALIASES, WORKS, DISABLED, PENDING, GrantOperation.ENCRYPT),
  GENERATE_DATA_KEY(
      "GenerateDataKey",
      EVERYWHERE_AND_ALIASES,
      WORKS,
      DISABLED,
      PENDING,
      GrantOperation.GENERATE_DATA_KEY),
  GENERATE_DATA_KEY_WITHOUT_PLAINTEXT(
      "GenerateDataKeyWithoutPlaintext",
      EVERYWHERE_AND_ALIASES,
      WORKS,
      DISABLED,
      PENDING,
      GrantOperation.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT),
  GET_KEY_POLICY("GetKeyPolicy", ACCOUNT, WORKS, WORKS, WORKS),
  GET_KEY_ROTATION_STATUS("GetKeyRotationStatus", EVERYWHERE, WORKS, WORKS, WORKS),
  LIST_ALIASES("ListAliases", ACCOUNT, WORKS, WORKS, WORKS),
  LIST_GRANTS("ListGrants", EVERYWHERE, WORKS, WORKS, WORKS),
  LIST_KEY_POLICIES("ListKeyPolicies", ACCOUNT, WORKS, WORKS, WORKS),
  LIST_KEY_ROTATIONS("ListKeyRotations", ACCOUNT, WORKS, WORKS, WORKS),
  LIST_RESOURCE_TAGS("ListResourceTags", ACCOUNT, WORKS, WORKS, WORKS),
  PUT_KEY_POLICY("PutKeyPolicy", ACCOUNT, WORKS, WORKS, WORKS),
  RE_ENCRYPT_FROM(
      "ReEncryptFrom",
      EVERYWHERE_AND_ALIASES,
      WORKS,
      DISABLED,
      PENDING,
      GrantOperation.RE_ENCRYPT_FROM),
  RE_ENCRYPT_TO(
      "ReEncryptTo",
      EVERYWHERE_AND_ALIASES,
      WORKS,
      DISABLED,
      PENDING,
      GrantOperation.RE_ENCRYPT_TO),
  RETIRE_GRANT("RetireGrant", EVERYWHERE, WORKS, WORKS, WORKS, GrantOperation.RETIRE_GRANT),
  REVOKE_GRANT("RevokeGrant", EVERYWHERE, WORKS, WORKS, WORKS),
  ROTATE_KEY_ON_DEMAND("RotateKeyOnDemand", ACCOUNT, WORKS, DISABLED, PENDING),
  SCHEDULE_KEY_DELETION("ScheduleKeyDeletion", ACCOUNT, WORKS, WORKS, PENDING),
  TAG_RESOURCE("TagResource", ACCOUNT, WORKS, WORKS, PENDING),
  UNTAG_RESOURCE("UntagResource", ACCOUNT, WORKS, WORKS, PENDING),
  /// On the key that the alias is to name; the key that it named may be pending deletion.
  UPDATE_ALIAS("UpdateAlias", ACCOUNT, WORKS, WORKS, PENDING),
  UPDATE_KEY_DESCRIPTION("UpdateKeyDescription", ACCOUNT, WORKS, WORKS, PENDING);

  /// How an operation ends on a key in some state.
  enum Outcome {
    WORKS,
    DISABLED,
    PENDING,
    NOT_PENDING
  }

  /// Which keys an operation reaches and how they may be named. A key id or ARN always does.
  enum Reach {
    /// Keys of the caller's account.
    ACCOUNT(false, false),
    /// Keys of all accounts.
    EVERYWHERE(true, false),
    /// Keys of all accounts, by alias too.
    EVERYWHERE_AND_ALIASES(true, true);

    final boolean otherAccounts;
    final boolean aliases;

    Reach(boolean otherAccounts, boolean aliases) {
      this.otherAccounts = otherAccounts;
      this.aliases = aliases;
    }
  }

  private final String operation;
  private final Reach reach;
  private final Outcome enabled;
  private final Outcome disabled;
  private final Outcome pendingDeletion;
  private final @Nullable GrantOperation grant;

  KeyOperation(
      String operation, Reach reach, Outcome enabled, Outcome disabled, Outcome pendingDeletion) {
    this(operation, reach, enabled, disabled, pendingDeletion, null);
  }

  KeyOperation(
      String operation,
      Reach reach,
      Outcome enabled,
      Outcome disabled,
      Outcome pendingDeletion,
      @Nullable GrantOperation grant) {
    this.operation = operation;
    this.reach = reach;
    this.enabled = enabled;
    this.disabled = disabled;
    this.pendingDeletion = pendingDeletion;
    this.grant = grant;
  }

  /// The IAM action, such as `kms:Decrypt`.
  String action() {
    return "kms:" + operation;
  }

  Reach reach() {
    return reach;
  }

  /// What a grant must list to allow this; null if no grant can.
  @Nullable GrantOperation grant() {
    return grant;
  }

  Outcome outcome(KeyState state) {
    return switch (state) {
      case ENABLED -> enabled;
      case DISABLED -> disabled;
      case PENDING_DELETION -> pendingDeletion;
      default -> throw new IllegalArgumentException("keys are never in state " + state);
    };
  }

  /// Throws what AWS answers if this cannot be done in the key's state.
  void checkState(KeyRecord key) {
    switch (outcome(key.state())) {
      case WORKS -> {}
      case DISABLED -> throw KmsFailures.disabled(key.arn());
      case PENDING -> throw KmsFailures.pendingDeletion(key.arn());
      case NOT_PENDING -> throw KmsFailures.notPendingDeletion(key.arn());
    }
  }
}
