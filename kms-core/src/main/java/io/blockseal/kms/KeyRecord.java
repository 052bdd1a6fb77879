package io.blockseal.kms;

import io.blockseal.aws.kms.KeyManagerType;
import io.blockseal.aws.kms.KeyState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything about a KMS key but its material, aliases and grants.
///
/// @param state ENABLED, DISABLED or PENDING_DELETION
/// @param deletionDate when the key is destroyed; null unless it is pending deletion
/// @param rotation null if the key does not rotate by itself
/// @param materials its generations, the current one last; never empty
/// @param tags in the order in which they were first set
/// @param policy the key policy, as its author wrote it
record KeyRecord(
    KeyLocation location,
    KeyManagerType manager,
    String description,
    Instant created,
    KeyState state,
    @Nullable Instant deletionDate,
    @Nullable Rotation rotation,
    List<KeyMaterial> materials,
    Map<String, String> tags,
    String policy) {

  KeyRecord {
    materials = List.copyOf(materials);
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    if (materials.isEmpty()) {
      throw new IllegalArgumentException("key " + location.keyId() + " without material");
    }
    if ((state == KeyState.PENDING_DELETION) != (deletionDate != null)) {
      throw new IllegalArgumentException(
          "key %s in state %s with deletion date %s"
              .formatted(location.keyId(), state, deletionDate));
    }
  }

  String arn() {
    return location.arn();
  }

  KeyMaterial currentMaterial() {
    return materials.getLast();
  }

  /// When something is to happen to the key by itself.
  Optional<Instant> due() {
    return switch (state) {
      case PENDING_DELETION -> Optional.ofNullable(deletionDate);
      case ENABLED -> Optional.ofNullable(rotation).map(Rotation::next);
      default -> Optional.empty();
    };
  }

  boolean isDue(Instant now) {
    Instant due = state == KeyState.PENDING_DELETION ? deletionDate : nextRotation();
    return due != null && !due.isAfter(now);
  }

  private @Nullable Instant nextRotation() {
    return state == KeyState.ENABLED && rotation != null ? rotation.next() : null;
  }

  KeyRecord withDescription(String text) {
    return new KeyRecord(
        location, manager, text, created, state, deletionDate, rotation, materials, tags, policy);
  }

  /// The key enabled or disabled, and no longer pending deletion.
  KeyRecord withState(KeyState newState) {
    return new KeyRecord(
        location, manager, description, created, newState, null, rotation, materials, tags, policy);
  }

  KeyRecord pendingDeletionUntil(Instant date) {
    return new KeyRecord(
        location,
        manager,
        description,
        created,
        KeyState.PENDING_DELETION,
        date,
        rotation,
        materials,
        tags,
        policy);
  }

  KeyRecord withRotation(@Nullable Rotation schedule) {
    return new KeyRecord(
        location,
        manager,
        description,
        created,
        state,
        deletionDate,
        schedule,
        materials,
        tags,
        policy);
  }

  KeyRecord withNewMaterial(KeyMaterial material) {
    List<KeyMaterial> grown = new ArrayList<>(materials);
    grown.add(material);
    return new KeyRecord(
        location,
        manager,
        description,
        created,
        state,
        deletionDate,
        rotation,
        grown,
        tags,
        policy);
  }

  KeyRecord withTags(Map<String, String> newTags) {
    return new KeyRecord(
        location,
        manager,
        description,
        created,
        state,
        deletionDate,
        rotation,
        materials,
        newTags,
        policy);
  }

  KeyRecord withPolicy(String text) {
    return new KeyRecord(
        location,
        manager,
        description,
        created,
        state,
        deletionDate,
        rotation,
        materials,
        tags,
        text);
  }
}
