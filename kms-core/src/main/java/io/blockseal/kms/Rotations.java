package io.blockseal.kms;

import io.blockseal.aws.Caller;
import io.blockseal.aws.kms.ConflictException;
import io.blockseal.aws.kms.DisableKeyRotationRequest;
import io.blockseal.aws.kms.DisableKeyRotationResponse;
import io.blockseal.aws.kms.EnableKeyRotationRequest;
import io.blockseal.aws.kms.EnableKeyRotationResponse;
import io.blockseal.aws.kms.GetKeyRotationStatusRequest;
import io.blockseal.aws.kms.GetKeyRotationStatusResponse;
import io.blockseal.aws.kms.IncludeKeyMaterial;
import io.blockseal.aws.kms.KeyMaterialState;
import io.blockseal.aws.kms.LimitExceededException;
import io.blockseal.aws.kms.ListKeyRotationsRequest;
import io.blockseal.aws.kms.ListKeyRotationsResponse;
import io.blockseal.aws.kms.RotateKeyOnDemandRequest;
import io.blockseal.aws.kms.RotateKeyOnDemandResponse;
import io.blockseal.aws.kms.RotationType;
import io.blockseal.aws.kms.RotationsListEntry;
import io.blockseal.kms.hsm.BackingKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand,
/// ListKeyRotations. Rotations that are due by themselves are [KeyCalendar]'s.
final class Rotations {
  /// AWS's quota for the life of a key.
  static final int MAX_ON_DEMAND = 25;

  /// On demand a key does not rotate so shortly before it does so by itself.
  private static final Duration QUIET_PERIOD = Duration.ofMinutes(20);

  private static final String LIST = "ListKeyRotations";
  private static final int USUAL_PAGE = 100;
  private static final int MAX_PAGE = 1000;

  private final KeyAccess access;
  private final KeyMaterials materials;
  private final InstantSource clock;

  Rotations(KeyAccess access, KeyMaterials materials, InstantSource clock) {
    this.access = access;
    this.materials = materials;
    this.clock = clock;
  }

  EnableKeyRotationResponse enable(Caller caller, EnableKeyRotationRequest request) {
    int periodDays = periodDays(request.rotationPeriodInDays());
    Instant now = now();
    access.change(
        caller,
        request.keyId(),
        KeyOperation.ENABLE_KEY_ROTATION,
        RequestFacts.NONE.with("kms:RotationPeriodInDays", Integer.toString(periodDays)),
        key -> {
          Rotation rotation = key.rotation();
          boolean unchanged = rotation != null && rotation.periodDays() == periodDays;
          return unchanged ? key : key.withRotation(Rotation.startingAt(now, periodDays));
        });
    return new EnableKeyRotationResponse();
  }

  DisableKeyRotationResponse disable(Caller caller, DisableKeyRotationRequest request) {
    access.change(
        caller,
        request.keyId(),
        KeyOperation.DISABLE_KEY_ROTATION,
        RequestFacts.NONE,
        key -> key.withRotation(null));
    return new DisableKeyRotationResponse();
  }

  GetKeyRotationStatusResponse status(Caller caller, GetKeyRotationStatusRequest request) {
    KeyRecord key =
        access.open(
            caller, request.keyId(), KeyOperation.GET_KEY_ROTATION_STATUS, RequestFacts.NONE);
    Rotation rotation = key.rotation();
    return GetKeyRotationStatusResponse.builder()
        .keyRotationEnabled(rotation != null)
        .keyId(key.arn())
        .rotationPeriodInDays(rotation == null ? null : rotation.periodDays())
        .nextRotationDate(rotation == null ? null : rotation.next())
        .build();
  }

  RotateKeyOnDemandResponse rotate(Caller caller, RotateKeyOnDemandRequest request) {
    KeyRecord found =
        access.open(caller, request.keyId(), KeyOperation.ROTATE_KEY_ON_DEMAND, RequestFacts.NONE);
    Instant now = now();
    BackingKey young = materials.create(found.location());
    try {
      access.change(
          caller,
          request.keyId(),
          KeyOperation.ROTATE_KEY_ON_DEMAND,
          RequestFacts.NONE,
          key -> {
            checkMayRotate(key, now);
            return key.withNewMaterial(new KeyMaterial(young.id(), now, RotationType.ON_DEMAND));
          },
          (batch, key) -> KeyMaterials.insert(batch, key.location(), young));
    } catch (RuntimeException e) {
      materials.discard(young);
      throw e;
    }
    return new RotateKeyOnDemandResponse(found.arn());
  }

  ListKeyRotationsResponse list(Caller caller, ListKeyRotationsRequest request) {
    int limit = Page.limit(request.limit(), USUAL_PAGE, MAX_PAGE);
    String start = Page.start(LIST, request.marker());
    KeyRecord key =
        access.open(caller, request.keyId(), KeyOperation.LIST_KEY_ROTATIONS, RequestFacts.NONE);
    boolean withFirst = request.includeKeyMaterial() == IncludeKeyMaterial.ALL_KEY_MATERIAL;
    List<KeyMaterial> fetched =
        key.materials().stream()
            .filter(material -> withFirst || material.rotation() != null)
            .toList();
    Page<KeyMaterial> page = Page.of(LIST, behind(fetched, start), limit, KeyMaterial::id);
    return new ListKeyRotationsResponse(
        page.items().stream().map(material -> entry(key, material)).toList(),
        page.nextMarker(),
        page.truncated());
  }

  private static RotationsListEntry entry(KeyRecord key, KeyMaterial material) {
    boolean current = material.equals(key.currentMaterial());
    return RotationsListEntry.builder()
        .keyId(key.location().keyId())
        .keyMaterialId(material.id())
        .keyMaterialState(current ? KeyMaterialState.CURRENT : KeyMaterialState.NON_CURRENT)
        .rotationDate(material.rotation() == null ? null : material.since())
        .rotationType(material.rotation())
        .build();
  }

  private static List<KeyMaterial> behind(List<KeyMaterial> materials, @Nullable String id) {
    if (id == null) {
      return materials;
    }
    List<String> ids = materials.stream().map(KeyMaterial::id).toList();
    return materials.subList(ids.indexOf(id) + 1, materials.size());
  }

  private static void checkMayRotate(KeyRecord key, Instant now) {
    long done =
        key.materials().stream()
            .filter(material -> material.rotation() == RotationType.ON_DEMAND)
            .count();
    if (done >= MAX_ON_DEMAND) {
      throw new LimitExceededException(
          "The on-demand rotations limit has been reached for the given keyId. No more on-demand"
              + " rotations can be performed for this key: "
              + key.arn());
    }
    Rotation rotation = key.rotation();
    if (rotation != null && rotation.next().isBefore(now.plus(QUIET_PERIOD))) {
      throw new ConflictException(
          "%s rotates by itself at %s, less than %d minutes from now"
              .formatted(key.arn(), rotation.next(), QUIET_PERIOD.toMinutes()));
    }
  }

  private static int periodDays(@Nullable Integer requested) {
    if (requested == null) {
      return Rotation.DEFAULT_PERIOD_DAYS;
    }
    if (requested < Rotation.MIN_PERIOD_DAYS) {
      throw KmsFailures.constraint(
          requested,
          "rotationPeriodInDays",
          "have value greater than or equal to " + Rotation.MIN_PERIOD_DAYS);
    }
    if (requested > Rotation.MAX_PERIOD_DAYS) {
      throw KmsFailures.constraint(
          requested,
          "rotationPeriodInDays",
          "have value less than or equal to " + Rotation.MAX_PERIOD_DAYS);
    }
    return requested;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
