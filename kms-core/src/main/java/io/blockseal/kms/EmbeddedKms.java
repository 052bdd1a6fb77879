package io.blockseal.kms;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.CancelKeyDeletionRequest;
import io.blockseal.aws.kms.CancelKeyDeletionResponse;
import io.blockseal.aws.kms.CreateAliasRequest;
import io.blockseal.aws.kms.CreateAliasResponse;
import io.blockseal.aws.kms.CreateGrantRequest;
import io.blockseal.aws.kms.CreateGrantResponse;
import io.blockseal.aws.kms.CreateKeyRequest;
import io.blockseal.aws.kms.CreateKeyResponse;
import io.blockseal.aws.kms.DecryptRequest;
import io.blockseal.aws.kms.DecryptResponse;
import io.blockseal.aws.kms.DeleteAliasRequest;
import io.blockseal.aws.kms.DeleteAliasResponse;
import io.blockseal.aws.kms.DescribeKeyRequest;
import io.blockseal.aws.kms.DescribeKeyResponse;
import io.blockseal.aws.kms.DisableKeyRequest;
import io.blockseal.aws.kms.DisableKeyResponse;
import io.blockseal.aws.kms.DisableKeyRotationRequest;
import io.blockseal.aws.kms.DisableKeyRotationResponse;
import io.blockseal.aws.kms.EnableKeyRequest;
import io.blockseal.aws.kms.EnableKeyResponse;
import io.blockseal.aws.kms.EnableKeyRotationRequest;
import io.blockseal.aws.kms.EnableKeyRotationResponse;
import io.blockseal.aws.kms.EncryptRequest;
import io.blockseal.aws.kms.EncryptResponse;
import io.blockseal.aws.kms.GenerateDataKeyRequest;
import io.blockseal.aws.kms.GenerateDataKeyResponse;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextRequest;
import io.blockseal.aws.kms.GenerateDataKeyWithoutPlaintextResponse;
import io.blockseal.aws.kms.GenerateRandomRequest;
import io.blockseal.aws.kms.GenerateRandomResponse;
import io.blockseal.aws.kms.GetKeyPolicyRequest;
import io.blockseal.aws.kms.GetKeyPolicyResponse;
import io.blockseal.aws.kms.GetKeyRotationStatusRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusResponse;
import io.blockseal.aws.kms.KmsApi;
import io.blockseal.aws.kms.ListAliasesRequest;
import io.blockseal.aws.kms.ListAliasesResponse;
import io.blockseal.aws.kms.ListGrantsRequest;
import io.blockseal.aws.kms.ListGrantsResponse;
import io.blockseal.aws.kms.ListKeyPoliciesRequest;
import io.blockseal.aws.kms.ListKeyPoliciesResponse;
import io.blockseal.aws.kms.ListKeyRotationsRequest;
import io.blockseal.aws.kms.ListKeyRotationsResponse;
import io.blockseal.aws.kms.ListKeysRequest;
import io.blockseal.aws.kms.ListKeysResponse;
import io.blockseal.aws.kms.ListResourceTagsRequest;
import io.blockseal.aws.kms.ListResourceTagsResponse;
import io.blockseal.aws.kms.ListRetirableGrantsRequest;
import io.blockseal.aws.kms.PutKeyPolicyRequest;
import io.blockseal.aws.kms.PutKeyPolicyResponse;
import io.blockseal.aws.kms.ReEncryptRequest;
import io.blockseal.aws.kms.ReEncryptResponse;
import io.blockseal.aws.kms.RetireGrantRequest;
import io.blockseal.aws.kms.RetireGrantResponse;
import io.blockseal.aws.kms.RevokeGrantRequest;
import io.blockseal.aws.kms.RevokeGrantResponse;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandResponse;
import io.blockseal.aws.kms.ScheduleKeyDeletionRequest;
import io.blockseal.aws.kms.ScheduleKeyDeletionResponse;
import io.blockseal.aws.kms.TagResourceRequest;
import io.blockseal.aws.kms.TagResourceResponse;
import io.blockseal.aws.kms.UntagResourceRequest;
import io.blockseal.aws.kms.UntagResourceResponse;
import io.blockseal.aws.kms.UpdateAliasRequest;
import io.blockseal.aws.kms.UpdateAliasResponse;
import io.blockseal.aws.kms.UpdateKeyDescriptionRequest;
import io.blockseal.aws.kms.UpdateKeyDescriptionResponse;
import io.blockseal.meta.MetadataStore;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A whole KMS inside this process.
///
/// Thread-safe. Needs no closing of its own: metadata store and HSM belong to whoever made them.
public final class EmbeddedKms implements KmsApi {
  private final KeyCalendar calendar;
  private final KeyDescriptions descriptions;
  private final KeyCreation creation;
  private final KeyLifecycle lifecycle;
  private final Encryption encryption;
  private final Decryption decryption;
  private final DataKeys dataKeys;
  private final Aliases aliases;
  private final Rotations rotations;
  private final Tags tags;
  private final PolicyOperations policies;
  private final Grants grants;
  private final GrantLists grantLists;

  /// A KMS over what `store` holds.
  ///
  /// @param domainKeys opened over the same store
  /// @param random for key ids and grant ids; the HSM has its own
  /// @param events told, on the thread that found out, what keys did by themselves
  public EmbeddedKms(
      MetadataStore store,
      DomainKeys domainKeys,
      SecureRandom random,
      InstantSource clock,
      Consumer<KeyEvent> events) {
    KeyTable keys = new KeyTable(store);
    AliasTable aliasTable = new AliasTable(store);
    GrantTable grantTable = new GrantTable(store);
    KeyMaterials materials = new KeyMaterials(store, domainKeys);
    KeyDestruction destruction = new KeyDestruction(store, keys, materials, aliasTable, grantTable);
    calendar = new KeyCalendar(store, keys, materials, destruction, clock, events);
    KeyFactory factory = new KeyFactory(materials, random, clock);
    AwsManagedKeys awsManagedKeys = new AwsManagedKeys(store, factory, aliasTable);
    KeyFinder finder = new KeyFinder(calendar, aliasTable, awsManagedKeys);
    KeyAccess access = new KeyAccess(finder, keys, aliasTable, grantTable, new KeyPolicies());

    descriptions = new KeyDescriptions(access, keys, calendar);
    policies = new PolicyOperations(access);
    creation = new KeyCreation(store, factory, policies);
    lifecycle = new KeyLifecycle(access, clock);
    encryption = new Encryption(access, materials);
    decryption = new Decryption(access, materials, new SourceCiphertext(access, materials));
    dataKeys = new DataKeys(access, materials);
    aliases = new Aliases(store, access, aliasTable, calendar, clock);
    rotations = new Rotations(access, materials, clock);
    tags = new Tags(access);
    grants = new Grants(access, grantTable, random, clock);
    grantLists = new GrantLists(access, grantTable);
  }

  /// Rotates and destroys the keys whose time has come, in all accounts and regions. To be called
  /// every few minutes, and after the clock was moved.
  public void runDueWork() {
    calendar.runDueWork();
  }

  @Override
  public CancelKeyDeletionResponse cancelKeyDeletion(
      Caller caller, CancelKeyDeletionRequest request) {
    return serve(caller, () -> lifecycle.cancelDeletion(caller, request));
  }

  @Override
  public CreateAliasResponse createAlias(Caller caller, CreateAliasRequest request) {
    return serve(caller, () -> aliases.create(caller, request));
  }

  @Override
  public CreateGrantResponse createGrant(Caller caller, CreateGrantRequest request) {
    return serve(caller, () -> grants.create(caller, request));
  }

  @Override
  public CreateKeyResponse createKey(Caller caller, CreateKeyRequest request) {
    return serve(caller, () -> creation.create(caller, request));
  }

  @Override
  public DecryptResponse decrypt(Caller caller, DecryptRequest request) {
    return serve(caller, () -> decryption.decrypt(caller, request));
  }

  @Override
  public DeleteAliasResponse deleteAlias(Caller caller, DeleteAliasRequest request) {
    return serve(caller, () -> aliases.delete(caller, request));
  }

  @Override
  public DescribeKeyResponse describeKey(Caller caller, DescribeKeyRequest request) {
    return serve(caller, () -> descriptions.describe(caller, request));
  }

  @Override
  public DisableKeyResponse disableKey(Caller caller, DisableKeyRequest request) {
    return serve(caller, () -> lifecycle.disable(caller, request));
  }

  @Override
  public DisableKeyRotationResponse disableKeyRotation(
      Caller caller, DisableKeyRotationRequest request) {
    return serve(caller, () -> rotations.disable(caller, request));
  }

  @Override
  public EnableKeyResponse enableKey(Caller caller, EnableKeyRequest request) {
    return serve(caller, () -> lifecycle.enable(caller, request));
  }

  @Override
  public EnableKeyRotationResponse enableKeyRotation(
      Caller caller, EnableKeyRotationRequest request) {
    return serve(caller, () -> rotations.enable(caller, request));
  }

  @Override
  public EncryptResponse encrypt(Caller caller, EncryptRequest request) {
    return serve(caller, () -> encryption.encrypt(caller, request));
  }

  @Override
  public GenerateDataKeyResponse generateDataKey(Caller caller, GenerateDataKeyRequest request) {
    return serve(caller, () -> dataKeys.generate(caller, request));
  }

  @Override
  public GenerateDataKeyWithoutPlaintextResponse generateDataKeyWithoutPlaintext(
      Caller caller, GenerateDataKeyWithoutPlaintextRequest request) {
    return serve(caller, () -> dataKeys.generateWithoutPlaintext(caller, request));
  }

  @Override
  public GenerateRandomResponse generateRandom(Caller caller, GenerateRandomRequest request) {
    return serve(caller, () -> dataKeys.random(caller, request));
  }

  @Override
  public GetKeyPolicyResponse getKeyPolicy(Caller caller, GetKeyPolicyRequest request) {
    return serve(caller, () -> policies.get(caller, request));
  }

  @Override
  public GetKeyRotationStatusResponse getKeyRotationStatus(
      Caller caller, GetKeyRotationStatusRequest request) {
    return serve(caller, () -> rotations.status(caller, request));
  }

  @Override
  public ListAliasesResponse listAliases(Caller caller, ListAliasesRequest request) {
    return serve(caller, () -> aliases.list(caller, request));
  }

  @Override
  public ListGrantsResponse listGrants(Caller caller, ListGrantsRequest request) {
    return serve(caller, () -> grantLists.list(caller, request));
  }

  @Override
  public ListKeyPoliciesResponse listKeyPolicies(Caller caller, ListKeyPoliciesRequest request) {
    return serve(caller, () -> policies.list(caller, request));
  }

  @Override
  public ListKeyRotationsResponse listKeyRotations(Caller caller, ListKeyRotationsRequest request) {
    return serve(caller, () -> rotations.list(caller, request));
  }

  @Override
  public ListKeysResponse listKeys(Caller caller, ListKeysRequest request) {
    return serve(caller, () -> descriptions.list(caller, request));
  }

  @Override
  public ListResourceTagsResponse listResourceTags(Caller caller, ListResourceTagsRequest request) {
    return serve(caller, () -> tags.list(caller, request));
  }

  @Override
  public ListGrantsResponse listRetirableGrants(Caller caller, ListRetirableGrantsRequest request) {
    return serve(caller, () -> grantLists.listRetirable(caller, request));
  }

  @Override
  public PutKeyPolicyResponse putKeyPolicy(Caller caller, PutKeyPolicyRequest request) {
    return serve(caller, () -> policies.put(caller, request));
  }

  @Override
  public ReEncryptResponse reEncrypt(Caller caller, ReEncryptRequest request) {
    return serve(caller, () -> decryption.reEncrypt(caller, request));
  }

  @Override
  public RetireGrantResponse retireGrant(Caller caller, RetireGrantRequest request) {
    return serve(caller, () -> grants.retire(caller, request));
  }

  @Override
  public RevokeGrantResponse revokeGrant(Caller caller, RevokeGrantRequest request) {
    return serve(caller, () -> grants.revoke(caller, request));
  }

  @Override
  public RotateKeyOnDemandResponse rotateKeyOnDemand(
      Caller caller, RotateKeyOnDemandRequest request) {
    return serve(caller, () -> rotations.rotate(caller, request));
  }

  @Override
  public ScheduleKeyDeletionResponse scheduleKeyDeletion(
      Caller caller, ScheduleKeyDeletionRequest request) {
    return serve(caller, () -> lifecycle.scheduleDeletion(caller, request));
  }

  @Override
  public TagResourceResponse tagResource(Caller caller, TagResourceRequest request) {
    return serve(caller, () -> tags.tag(caller, request));
  }

  @Override
  public UntagResourceResponse untagResource(Caller caller, UntagResourceRequest request) {
    return serve(caller, () -> tags.untag(caller, request));
  }

  @Override
  public UpdateAliasResponse updateAlias(Caller caller, UpdateAliasRequest request) {
    return serve(caller, () -> aliases.update(caller, request));
  }

  @Override
  public UpdateKeyDescriptionResponse updateKeyDescription(
      Caller caller, UpdateKeyDescriptionRequest request) {
    return serve(caller, () -> descriptions.update(caller, request));
  }

  /// Runs one operation; the only place where trouble with the metadata becomes AWS's answer for
  /// it.
  private static <R> R serve(Caller caller, Supplier<R> operation) {
    KeyLocation.checkScope(caller.region(), caller.accountId());
    try {
      return operation.get();
    } catch (UncheckedIOException e) {
      throw new AwsException(
          "KMSInternalException",
          500,
          AwsException.Fault.RECEIVER,
          "The request could not be completed: " + e.getMessage(),
          e);
    }
  }
}
