package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.iam.AccessDecision;
import io.blockseal.iam.AccessRequest;
import io.blockseal.iam.PolicyDocument;
import io.blockseal.meta.Batch;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The way to a key that every operation goes: find it, ask whether the caller may, look at its
/// state. In this order, so a stranger does not learn in which state a key is. Thread-safe.
final class KeyAccess {
  private final KeyFinder finder;
  private final KeyTable keys;
  private final AliasTable aliases;
  private final GrantTable grants;
  private final KeyPolicies policies;

  KeyAccess(
      KeyFinder finder,
      KeyTable keys,
      AliasTable aliases,
      GrantTable grants,
      KeyPolicies policies) {
    this.finder = finder;
    this.keys = keys;
    this.aliases = aliases;
    this.grants = grants;
    this.policies = policies;
  }

  /// The key that `keyId` names, for an operation that may be done to it.
  KeyRecord open(Caller caller, String keyId, KeyOperation operation, RequestFacts facts) {
    KeyFinder.Found found = finder.find(caller, keyId, operation);
    authorize(caller, found.key(), found.alias(), operation, facts);
    operation.checkState(found.key());
    return found.key();
  }

  /// Which key `keyId` names, whether the caller may use it or not.
  KeyLocation locate(Caller caller, String keyId, KeyOperation operation) {
    return finder.find(caller, keyId, operation).key().location();
  }

  /// The key that a ciphertext names. Who may not use it does not learn which one it is.
  KeyRecord openUnnamed(
      Caller caller, KeyLocation location, KeyOperation operation, RequestFacts facts) {
    KeyRecord key = finder.find(location).orElseThrow(KmsFailures::unknownCiphertext);
    GrantTokens.check(facts.grantTokens());
    if (!decide(caller, key, null, operation, facts).allowed()) {
      throw KmsFailures.unknownCiphertext();
    }
    operation.checkState(key);
    return key;
  }

  /// Changes the key that `keyId` names, atomically.
  ///
  /// @return the key as it is now
  KeyRecord change(
      Caller caller,
      String keyId,
      KeyOperation operation,
      RequestFacts facts,
      UnaryOperator<KeyRecord> change) {
    return change(caller, keyId, operation, facts, change, (batch, record) -> {});
  }

  /// As above; `extra` adds to the commit what has to happen together with the change.
  KeyRecord change(
      Caller caller,
      String keyId,
      KeyOperation operation,
      RequestFacts facts,
      UnaryOperator<KeyRecord> change,
      BiConsumer<Batch, KeyRecord> extra) {
    KeyRecord found = open(caller, keyId, operation, facts);
    return keys.update(
            found.location(),
            record -> {
              operation.checkState(record);
              return change.apply(record);
            },
            extra)
        .orElseThrow(() -> KmsFailures.noSuchKey(found.arn()));
  }

  void authorize(
      Caller caller,
      KeyRecord key,
      @Nullable AliasName alias,
      KeyOperation operation,
      RequestFacts facts) {
    GrantTokens.check(facts.grantTokens());
    AccessDecision decision = decide(caller, key, alias, operation, facts);
    if (!decision.allowed()) {
      throw KmsFailures.accessDenied(decision.refusal());
    }
  }

  /// Whether the caller may, and why.
  AccessDecision decide(
      Caller caller,
      KeyRecord key,
      @Nullable AliasName alias,
      KeyOperation operation,
      RequestFacts facts) {
    return AccessDecision.onResource(
        request(caller, key, alias, operation, facts),
        policies.of(key),
        () -> grants.allows(key.location(), caller.principalArn(), operation, facts));
  }

  /// Whether `policy` would let the caller replace it, with another one that does not ask for a
  /// bypass.
  boolean mayPutPolicy(Caller caller, KeyRecord key, PolicyDocument policy) {
    KeyOperation operation = KeyOperation.PUT_KEY_POLICY;
    RequestFacts facts = RequestFacts.NONE.with("kms:BypassPolicyLockoutSafetyCheck", "false");
    return AccessDecision.onResource(
            request(caller, key, null, operation, facts), policy, () -> false)
        .allowed();
  }

  private AccessRequest request(
      Caller caller,
      KeyRecord key,
      @Nullable AliasName alias,
      KeyOperation operation,
      RequestFacts facts) {
    return new AccessRequest(
        caller.principalArn(),
        caller.accountId(),
        operation.action(),
        key.arn(),
        facts.on(
            caller,
            key,
            alias,
            () ->
                aliases.listOf(key.location(), null, AliasTable.MAX_ALIASES_A_KEY).stream()
                    .map(one -> one.name().text())
                    .toList()));
  }

  /// Refuses a caller who may not do what concerns no key, such as `kms:ListKeys`.
  static void authorizeOnAccount(Caller caller, String action, RequestFacts facts) {
    AccessDecision decision =
        AccessDecision.onAccount(
            new AccessRequest(
                caller.principalArn(), caller.accountId(), action, "*", facts.on(caller)));
    if (!decision.allowed()) {
      throw KmsFailures.accessDenied(decision.refusal());
    }
  }
}
