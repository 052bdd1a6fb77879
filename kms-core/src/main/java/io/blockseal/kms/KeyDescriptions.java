package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CustomerMasterKeySpec;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DescribeKeyResponse;
import io.blockseal.aws.kms.EncryptionAlgorithmSpec;
import io.blockseal.aws.kms.KeyListEntry;
import io.blockseal.aws.kms.KeyMetadata;
import io.blockseal.aws.kms.KeySpec;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.aws.kms.KeyUsageType;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.ListKeysResponse;
import io.blockseal.aws.kms.OriginType;
import io.blockseal.aws.kms.UpdateKeyDescriptionRequest;
import io.blockseal.aws.kms.UpdateKeyDescriptionResponse;
import java.util.List;

/// DescribeKey, ListKeys, UpdateKeyDescription.
final class KeyDescriptions {
  private static final int USUAL_PAGE = 100;
  private static final int MAX_PAGE = 1000;
  private static final int MAX_DESCRIPTION_CHARS = 8192;

  private final KeyAccess access;
  private final KeyTable keys;
  private final KeyCalendar calendar;

  KeyDescriptions(KeyAccess access, KeyTable keys, KeyCalendar calendar) {
    this.access = access;
    this.keys = keys;
    this.calendar = calendar;
  }

  DescribeKeyResponse describe(Caller caller, DescribeKeyRequest request) {
    RequestFacts facts = RequestFacts.ofTokens(request.grantTokensOrEmpty());
    KeyRecord key = access.open(caller, request.keyId(), KeyOperation.DESCRIBE_KEY, facts);
    return new DescribeKeyResponse(metadata(key));
  }

  ListKeysResponse list(Caller caller, ListKeysRequest request) {
    KeyAccess.authorizeOnAccount(caller, "kms:ListKeys", RequestFacts.NONE);
    int limit = Page.limit(request.limit(), USUAL_PAGE, MAX_PAGE);
    String start = Page.start("ListKeys", request.marker());
    calendar.runDueWork(caller.region(), caller.accountId());
    List<KeyRecord> fetched = keys.list(caller.region(), caller.accountId(), start, limit + 1);
    Page<KeyRecord> page = Page.of("ListKeys", fetched, limit, key -> key.location().keyId());
    return new ListKeysResponse(
        page.items().stream()
            .map(key -> new KeyListEntry(key.location().keyId(), key.arn()))
            .toList(),
        page.nextMarker(),
        page.truncated());
  }

  UpdateKeyDescriptionResponse update(Caller caller, UpdateKeyDescriptionRequest request) {
    checkDescription(request.description());
    access.change(
        caller,
        request.keyId(),
        KeyOperation.UPDATE_KEY_DESCRIPTION,
        RequestFacts.NONE,
        key -> key.withDescription(request.description()));
    return new UpdateKeyDescriptionResponse();
  }

  static void checkDescription(String description) {
    if (description.length() > MAX_DESCRIPTION_CHARS) {
      throw KmsFailures.hiddenConstraint(
          "description", "have length less than or equal to " + MAX_DESCRIPTION_CHARS);
    }
  }

  static KeyMetadata metadata(KeyRecord key) {
    return KeyMetadata.builder()
        .awsAccountId(key.location().accountId())
        .keyId(key.location().keyId())
        .arn(key.arn())
        .creationDate(key.created())
        .enabled(key.state() == KeyState.ENABLED)
        .description(key.description())
        .keyUsage(KeyUsageType.ENCRYPT_DECRYPT)
        .keyState(key.state())
        .deletionDate(key.deletionDate())
        .origin(OriginType.AWS_KMS)
        .keyManager(key.manager())
        .customerMasterKeySpec(CustomerMasterKeySpec.SYMMETRIC_DEFAULT)
        .keySpec(KeySpec.SYMMETRIC_DEFAULT)
        .encryptionAlgorithms(List.of(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT))
        .multiRegion(false)
        .currentKeyMaterialId(key.currentMaterial().id())
        .build();
  }
}
