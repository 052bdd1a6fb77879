package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.CreateVolumeRequest;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.aws.ec2.Volume;
import io.blockseal.aws.ec2.VolumeState;
import io.blockseal.ebs.EncryptionRules.Asked;
import io.blockseal.ebs.EncryptionRules.ByDefault;
import io.blockseal.ebs.EncryptionRules.Making;
import io.blockseal.ebs.EncryptionRules.Source;
import io.blockseal.meta.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// `CreateVolume`: checks what can be checked at once, decides how the volume is encrypted and
/// leaves the making to [VolumeMaker].
final class VolumeCreation {
  /// How long a client token stays burnt after its volume is gone.
  static final Duration TOKEN_LIFE = Duration.ofHours(12);

  private static final int MAX_TOKEN_CHARACTERS = 64;
  private static final int MIN_INITIALIZATION_RATE = 100;
  private static final int MAX_INITIALIZATION_RATE = 300;

  private final ControlPlane plane;
  private final VolumeMaker maker;

  VolumeCreation(ControlPlane plane, VolumeMaker maker) {
    this.plane = plane;
    this.maker = maker;
  }

  Volume create(Caller caller, CreateVolumeRequest request) {
    String token = request.clientToken();
    if (token != null) {
      Optional<VolumeRecord> earlier = earlier(caller, token, request);
      if (earlier.isPresent()) {
        return VolumeView.created(earlier.get(), request.kmsKeyId());
      }
    }
    VolumeRecord volume = plan(caller, request);
    ControlPlane.checkDryRun(request.dryRun());
    String snapshotId = volume.snapshotId();
    if (snapshotId != null && !plane.holds().take(snapshotId, volume.name())) {
      throw Ec2Errors.snapshotNotFound(snapshotId);
    }
    Batch batch = Batch.begin();
    plane.records().volumes().insert(batch, volume.name().path(), volume);
    if (token != null) {
      ClientTokenUse use = new ClientTokenUse(volume.id(), digest(request), volume.created());
      plane.records().clientTokens().insert(batch, ClientTokenUse.path(caller, token), use);
    }
    if (!plane.records().commit(batch)) {
      // Somebody used the same token at the same moment, or drew the same id: start over.
      if (plane.records().volume(volume.name()).isEmpty()) {
        plane.holds().release(volume.name());
      }
      return create(caller, request);
    }
    plane.work().start("making of " + volume.name(), () -> maker.make(volume.name()));
    return VolumeView.created(volume, request.kmsKeyId());
  }

  /// The volume that the token made before; empty if the token is fresh.
  private Optional<VolumeRecord> earlier(Caller caller, String token, CreateVolumeRequest request) {
    if (token.length() > MAX_TOKEN_CHARACTERS) {
      throw Ec2Errors.invalidValue(
          "clientToken",
          token,
          "It may have at most %d ASCII characters.".formatted(MAX_TOKEN_CHARACTERS));
    }
    String path = ClientTokenUse.path(caller, token);
    Optional<ClientTokenUse> use = plane.records().clientTokens().get(path);
    if (use.isEmpty()) {
      return Optional.empty();
    }
    ResourceName name = ResourceName.of(caller, use.get().volumeId());
    Optional<VolumeRecord> volume = plane.records().volume(name);
    if (volume.isPresent() && use.get().requestDigest().equals(digest(request))) {
      return volume;
    }
    boolean old = use.get().when().plus(TOKEN_LIFE).isBefore(plane.clock().instant());
    if (volume.isEmpty() && old) {
      Batch batch = Batch.begin();
      plane.records().clientTokens().delete(batch, path, use.get());
      plane.records().commit(batch);
      return Optional.empty();
    }
    throw Ec2Errors.tokenReused(token);
  }

  private static String digest(CreateVolumeRequest request) {
    return TextDigest.sha256(request.toBuilder().clientToken(null).dryRun(null).build().toString());
  }

  private VolumeRecord plan(Caller caller, CreateVolumeRequest request) {
    String zone = zone(caller, request);
    checkUnsupported(request);
    SnapshotRecord snapshot = snapshot(caller, request.snapshotId());
    int sizeGib = sizeGib(request.size(), snapshot);
    Performance performance =
        Performance.asked(
            request.volumeType(),
            sizeGib,
            request.iops(),
            request.throughput(),
            request.multiAttachEnabled());
    checkInitializationRate(request.volumeInitializationRate(), snapshot);
    SortedMap<String, String> tags =
        Tags.specified(request.tagSpecifications(), ResourceType.VOLUME);
    KeyPlan keys = keys(caller, request, snapshot, tags);
    Instant now = plane.clock().instant();
    return new VolumeRecord(
        ResourceName.of(caller, plane.ids().newVolumeId()),
        zone,
        now,
        VolumeState.CREATING,
        performance,
        snapshot == null ? null : snapshot.id(),
        keys.outcome() != EncryptionOutcome.UNENCRYPTED,
        null,
        keys,
        tags,
        null,
        List.of(),
        null);
  }

  private String zone(Caller caller, CreateVolumeRequest request) {
    String name = request.availabilityZone();
    String id = request.availabilityZoneId();
    if (name != null && id != null) {
      throw Ec2Errors.invalidCombination(
          "The parameters availabilityZone and availabilityZoneId may not be used together");
    }
    if (name != null) {
      return plane
          .geography()
          .zoneByName(caller, name)
          .orElseThrow(() -> Ec2Errors.zoneNotFound(name))
          .name();
    }
    if (id != null) {
      return plane
          .geography()
          .zoneById(caller, id)
          .orElseThrow(() -> Ec2Errors.zoneNotFound(id))
          .name();
    }
    throw Ec2Errors.missing("availabilityZone");
  }

  private static void checkUnsupported(CreateVolumeRequest request) {
    if (request.outpostArn() != null) {
      throw Ec2Errors.invalidValue(
          "outpostArn", request.outpostArn(), "There are no Outposts here.");
    }
    if (request.operator() != null) {
      throw Ec2Errors.invalidCombination("The parameter operator is reserved for AWS services.");
    }
  }

  private @Nullable SnapshotRecord snapshot(Caller caller, @Nullable String id) {
    if (id == null || id.isEmpty()) {
      return null;
    }
    SnapshotRecord snapshot = plane.records().snapshot(caller, id);
    if (snapshot.state() != SnapshotState.COMPLETED) {
      throw Ec2Errors.snapshotInState(snapshot.state().wireValue());
    }
    return snapshot;
  }

  private static int sizeGib(@Nullable Integer asked, @Nullable SnapshotRecord snapshot) {
    if (snapshot == null) {
      if (asked == null) {
        throw Ec2Errors.missing("size/snapshot");
      }
      return asked;
    }
    if (asked == null) {
      return snapshot.sizeGib();
    }
    if (asked < snapshot.sizeGib()) {
      throw Ec2Errors.invalidValue(
          "Volume of %dGiB is smaller than snapshot '%s', expect size >= %dGiB"
              .formatted(asked, snapshot.id(), snapshot.sizeGib()));
    }
    return asked;
  }

  private static void checkInitializationRate(
      @Nullable Integer rate, @Nullable SnapshotRecord snapshot) {
    if (rate == null) {
      return;
    }
    if (snapshot == null) {
      throw Ec2Errors.dependency("volumeInitializationRate", "snapshotId");
    }
    if (rate < MIN_INITIALIZATION_RATE || rate > MAX_INITIALIZATION_RATE) {
      throw Ec2Errors.invalidValue(
          "volumeInitializationRate",
          rate,
          "It must lie between %d and %d MiB/s."
              .formatted(MIN_INITIALIZATION_RATE, MAX_INITIALIZATION_RATE));
    }
  }

  private KeyPlan keys(
      Caller caller,
      CreateVolumeRequest request,
      @Nullable SnapshotRecord snapshot,
      SortedMap<String, String> tags) {
    AccountSettings settings = plane.records().settings(caller);
    Source source = snapshot == null ? Source.EMPTY : Source.snapshot(snapshot.encrypted(), true);
    EncryptionOutcome outcome =
        EncryptionRules.outcome(
            Making.VOLUME,
            ByDefault.of(settings.encryptionByDefault()),
            Asked.of(request.encrypted()),
            source,
            request.kmsKeyId() != null);
    Sealing sealing = snapshot == null ? null : snapshot.sealing();
    return KeyPlan.decided(
        outcome,
        request.kmsKeyId(),
        settings,
        sealing,
        Tags.cipher(tags),
        plane.configuration().defaultCipher(),
        caller);
  }
}
