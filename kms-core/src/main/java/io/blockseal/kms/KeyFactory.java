package io.blockseal.kms;

import io.blockseal.aws.kms.KeyManagerType;
import io.blockseal.aws.kms.KeyState;
import io.blockseal.kms.hsm.BackingKey;
import io.blockseal.meta.Batch;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Makes new keys: an id, a first backing key and a record. Thread-safe.
final class KeyFactory {
  private final KeyMaterials materials;
  private final SecureRandom random;
  private final InstantSource clock;

  KeyFactory(KeyMaterials materials, SecureRandom random, InstantSource clock) {
    this.materials = materials;
    this.random = random;
    this.clock = clock;
  }

  /// A key that exists once it is inserted in a batch and the batch is committed.
  record Draft(KeyRecord record, BackingKey material) {
    Draft with(KeyRecord changed) {
      return new Draft(changed, material);
    }
  }

  Draft draft(
      String region, String accountId, KeyManagerType manager, String description, String policy) {
    KeyLocation location = new KeyLocation(region, accountId, newKeyId());
    BackingKey material = materials.create(location);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    KeyRecord record =
        new KeyRecord(
            location,
            manager,
            description,
            now,
            KeyState.ENABLED,
            null,
            null,
            List.of(new KeyMaterial(material.id(), now, null)),
            Map.of(),
            policy);
    return new Draft(record, material);
  }

  void insert(Batch batch, Draft draft) {
    KeyTable.insert(batch, draft.record());
    KeyMaterials.insert(batch, draft.record().location(), draft.material());
  }

  /// Wipes the material of a draft that was not committed.
  void discard(Draft draft) {
    materials.discard(draft.material());
  }

  /// A random UUID of version 4.
  private String newKeyId() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low).toString();
  }
}
