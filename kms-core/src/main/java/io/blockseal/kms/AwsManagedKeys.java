package io.blockseal.kms;

import io.blockseal.aws.kms.KeyManagerType;
import io.blockseal.meta.Batch;
import io.blockseal.meta.MetadataStore;
import java.util.Optional;

/// The keys that a service of AWS has in every account: here the one of EBS. It comes into being
/// when somebody first asks for its alias.
///
/// What can be done with it is a matter of its key policy alone, which is the one that AWS uses and
/// which nobody can change: its data through EBS, its description directly. Thread-safe.
final class AwsManagedKeys {
  private static final String EBS_DESCRIPTION =
      "Default key that protects my EBS volumes when no other key is defined";

  private final MetadataStore store;
  private final KeyFactory factory;
  private final AliasTable aliases;

  AwsManagedKeys(MetadataStore store, KeyFactory factory, AliasTable aliases) {
    this.store = store;
    this.factory = factory;
    this.aliases = aliases;
  }

  /// Makes the key behind a predefined alias; empty if the alias is not predefined.
  Optional<Alias> make(String region, String accountId, AliasName name) {
    if (!name.equals(AliasName.AWS_EBS)) {
      return Optional.empty();
    }
    KeyFactory.Draft draft =
        factory.draft(
            region,
            accountId,
            KeyManagerType.AWS,
            EBS_DESCRIPTION,
            KeyPolicies.ofAwsEbs(region, accountId));
    KeyRecord key =
        draft
            .record()
            .withRotation(
                Rotation.startingAt(draft.record().created(), Rotation.DEFAULT_PERIOD_DAYS));
    Alias alias = new Alias(name, key.location(), key.created(), key.created());
    Batch batch = Batch.begin();
    factory.insert(batch, draft.with(key));
    aliases.insert(batch, alias);
    if (!store.commit(batch)) {
      // Another call has just made it.
      factory.discard(draft);
    }
    return aliases.find(region, accountId, name);
  }
}
