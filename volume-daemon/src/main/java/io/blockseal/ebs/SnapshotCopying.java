package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.CopySnapshotRequest;
import io.blockseal.aws.ec2.CopySnapshotResult;
import io.blockseal.aws.ec2.ResourceType;
import io.blockseal.aws.ec2.SnapshotState;
import io.blockseal.ebs.EncryptionRules.Asked;
import io.blockseal.ebs.EncryptionRules.ByDefault;
import io.blockseal.ebs.EncryptionRules.Making;
import io.blockseal.ebs.EncryptionRules.Source;
import io.blockseal.ebs.SnapshotRecord.CopyPlan;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// `CopySnapshot`, called in the destination Region: says yes to almost everything, as AWS does,
/// and leaves the making to [SnapshotCopier], which turns what can't be done into a copy in state
/// `error`.
final class SnapshotCopying {
  /// EC2's own bound on the copies in progress in a destination Region.
  static final int MAX_IN_PROGRESS = 20;

  private static final int DURATION_STEP_MINUTES = 15;
  private static final int MAX_DURATION_MINUTES = 2_880;

  private final ControlPlane plane;
  private final SnapshotCopier copier;

  SnapshotCopying(ControlPlane plane, SnapshotCopier copier) {
    this.plane = plane;
    this.copier = copier;
  }

  CopySnapshotResult copy(Caller caller, CopySnapshotRequest request) {
    check(caller, request);
    ResourceName source =
        new ResourceName(
            caller.accountId(),
            request.sourceRegion(),
            ResourceIds.checkSnapshotId(request.sourceSnapshotId()));
    Optional<SnapshotRecord> found = plane.records().snapshot(source);
    if (found.isPresent() && found.get().state() != SnapshotState.COMPLETED) {
      throw Ec2Errors.snapshotInState(found.get().state().wireValue());
    }
    SnapshotRecord copy = plan(caller, request, source, found.orElse(null));
    checkInProgress(caller);
    ControlPlane.checkDryRun(request.dryRun());
    if (found.isPresent()) {
      // One that goes away this very moment is one that the copier does not find.
      plane.holds().take(source.id(), copy.name());
    }
    plane.records().snapshots().insert(copy.name().path(), copy);
    plane.work().start("copying to " + copy.name(), () -> copier.make(copy.name()));
    return new CopySnapshotResult(Tags.toList(copy.tags()), copy.id());
  }

  private void check(Caller caller, CopySnapshotRequest request) {
    if (!plane.geography().serves(request.sourceRegion())) {
      throw Ec2Errors.regionNotFound(request.sourceRegion());
    }
    String destination = request.destinationRegion();
    if (destination != null && !destination.equals(caller.region())) {
      throw Ec2Errors.invalidValue(
          "destinationRegion",
          destination,
          "A copy is made in the Region where it is asked for, %s.".formatted(caller.region()));
    }
    if (request.destinationOutpostArn() != null || request.destinationAvailabilityZone() != null) {
      throw Ec2Errors.invalidCombination("Snapshots are kept in their Region only.");
    }
    Integer minutes = request.completionDurationMinutes();
    if (minutes != null
        && (minutes < DURATION_STEP_MINUTES
            || minutes > MAX_DURATION_MINUTES
            || minutes % DURATION_STEP_MINUTES != 0)) {
      throw Ec2Errors.invalidValue(
          "completionDurationMinutes",
          minutes,
          "It must be a multiple of %d from %d to %d."
              .formatted(DURATION_STEP_MINUTES, DURATION_STEP_MINUTES, MAX_DURATION_MINUTES));
    }
  }

  private SnapshotRecord plan(
      Caller caller,
      CopySnapshotRequest request,
      ResourceName sourceName,
      @Nullable SnapshotRecord source) {
    SortedMap<String, String> tags =
        Tags.specified(request.tagSpecifications(), ResourceType.SNAPSHOT);
    AccountSettings settings = plane.records().settings(caller);
    EncryptionOutcome outcome =
        EncryptionRules.outcome(
            Making.COPY,
            ByDefault.of(settings.encryptionByDefault()),
            Asked.of(request.encrypted()),
            Source.snapshot(source != null && source.encrypted(), true),
            request.kmsKeyId() != null);
    KeyPlan keys =
        KeyPlan.decided(
            outcome,
            request.kmsKeyId(),
            settings,
            source == null ? null : source.sealing(),
            Tags.cipher(tags),
            plane.configuration().defaultCipher(),
            caller);
    return new SnapshotRecord(
        ResourceName.of(caller, plane.ids().newSnapshotId()),
        SnapshotRecord.COPY_VOLUME_ID,
        plane.clock().instant(),
        null,
        SnapshotState.PENDING,
        null,
        Objects.requireNonNullElse(request.description(), ""),
        source == null ? 0 : source.sizeGib(),
        keys.outcome() != EncryptionOutcome.UNENCRYPTED,
        null,
        new CopyPlan(sourceName, keys, request.completionDurationMinutes()),
        tags,
        null);
  }

  private void checkInProgress(Caller caller) {
    long inProgress =
        plane.records().snapshots().list(EbsRecords.area(caller)).stream()
            .filter(s -> s.copy() != null && s.state() == SnapshotState.PENDING)
            .count();
    if (inProgress >= MAX_IN_PROGRESS) {
      throw Ec2Errors.concurrentCopies(MAX_IN_PROGRESS);
    }
  }
}
