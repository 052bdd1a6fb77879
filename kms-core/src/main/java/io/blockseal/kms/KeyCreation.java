package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.CreateKeyResponse;
import io.blockseal.aws.kms.CustomKeyStoreNotFoundException;
import io.blockseal.aws.kms.KeyManagerType;
import io.blockseal.aws.kms.KeySpec;
import io.blockseal.aws.kms.KeyUsageType;
import io.blockseal.aws.kms.OriginType;
import io.blockseal.aws.kms.UnsupportedOperationException;
import io.blockseal.meta.Batch;
import io.blockseal.meta.MetadataStore;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// CreateKey, for symmetric encryption keys with material of our own; other kinds are refused.
final class KeyCreation {
  private static final String ACTION = "kms:CreateKey";

  private final MetadataStore store;
  private final KeyFactory factory;
  private final PolicyOperations policies;

  KeyCreation(MetadataStore store, KeyFactory factory, PolicyOperations policies) {
    this.store = store;
    this.factory = factory;
    this.policies = policies;
  }

  CreateKeyResponse create(Caller caller, CreateKeyRequest request) {
    checkKind(request);
    String description = request.description() == null ? "" : request.description();
    KeyDescriptions.checkDescription(description);
    Map<String, String> tags = Tags.checked(Map.of(), request.tagsOrEmpty());
    boolean bypass = Boolean.TRUE.equals(request.bypassPolicyLockoutSafetyCheck());
    KeyAccess.authorizeOnAccount(
        caller,
        ACTION,
        Tags.facts(request.tagsOrEmpty())
            .with("kms:BypassPolicyLockoutSafetyCheck", Boolean.toString(bypass)));
    String policy = request.policy();
    KeyFactory.Draft draft =
        factory.draft(
            caller.region(),
            caller.accountId(),
            KeyManagerType.CUSTOMER,
            description,
            policy == null ? KeyPolicies.ofNewKey(caller.accountId()) : policy);
    KeyRecord key = draft.record().withTags(tags);
    try {
      if (policy != null) {
        policies.check(caller, key, policy, bypass);
      }
      Batch batch = Batch.begin();
      factory.insert(batch, draft.with(key));
      if (!store.commit(batch)) {
        throw new IllegalStateException("a fresh key id is taken: " + key.location().keyId());
      }
    } catch (RuntimeException e) {
      factory.discard(draft);
      throw e;
    }
    return new CreateKeyResponse(KeyDescriptions.metadata(key));
  }

  private static void checkKind(CreateKeyRequest request) {
    if (request.keySpec() != null && request.customerMasterKeySpec() != null) {
      throw KmsFailures.validation(
          "You cannot specify KeySpec and CustomerMasterKeySpec in the same request."
              + " CustomerMasterKeySpec is deprecated.");
    }
    checkSpecAndUsage(spec(request), request.keyUsage());
    if (request.customKeyStoreId() != null) {
      throw new CustomKeyStoreNotFoundException(null);
    }
    if (request.xksKeyId() != null) {
      throw KmsFailures.validation(
          "XksKeyId is valid only with Origin EXTERNAL_KEY_STORE and a CustomKeyStoreId.");
    }
    OriginType origin = request.origin();
    if (origin != null && origin != OriginType.AWS_KMS) {
      throw new UnsupportedOperationException(
          "Origin " + origin + " is not supported; the origin of keys here is AWS_KMS.");
    }
    if (Boolean.TRUE.equals(request.multiRegion())) {
      throw new UnsupportedOperationException("Multi-Region keys are not supported.");
    }
  }

  private static KeySpec spec(CreateKeyRequest request) {
    if (request.keySpec() != null) {
      return request.keySpec();
    }
    return request.customerMasterKeySpec() == null
        ? KeySpec.SYMMETRIC_DEFAULT
        : KeySpec.of(request.customerMasterKeySpec().wireValue());
  }

  private static void checkSpecAndUsage(KeySpec spec, @Nullable KeyUsageType usage) {
    if (usage == null && spec != KeySpec.SYMMETRIC_DEFAULT) {
      throw KmsFailures.validation(
          "You must specify a KeyUsage value for all KMS keys except for symmetric encryption"
              + " keys.");
    }
    if (usage != null && !usages(spec).contains(usage)) {
      throw KmsFailures.validation(
          "KeyUsage %s is not compatible with KeySpec %s".formatted(usage, spec));
    }
    if (spec != KeySpec.SYMMETRIC_DEFAULT) {
      throw new UnsupportedOperationException(
          "KeySpec " + spec + " is not supported; keys here are SYMMETRIC_DEFAULT.");
    }
  }

  /// What AWS allows a key of this kind to be for.
  private static Set<KeyUsageType> usages(KeySpec spec) {
    return switch (spec) {
      case SYMMETRIC_DEFAULT -> EnumSet.of(KeyUsageType.ENCRYPT_DECRYPT);
      case RSA_2048, RSA_3072, RSA_4096 ->
          EnumSet.of(KeyUsageType.ENCRYPT_DECRYPT, KeyUsageType.SIGN_VERIFY);
      case ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521 ->
          EnumSet.of(KeyUsageType.SIGN_VERIFY, KeyUsageType.KEY_AGREEMENT);
      case HMAC_224, HMAC_256, HMAC_384, HMAC_512 -> EnumSet.of(KeyUsageType.GENERATE_VERIFY_MAC);
      case SM2 ->
          EnumSet.of(
              KeyUsageType.ENCRYPT_DECRYPT, KeyUsageType.SIGN_VERIFY, KeyUsageType.KEY_AGREEMENT);
      default -> EnumSet.of(KeyUsageType.SIGN_VERIFY);
    };
  }
}
