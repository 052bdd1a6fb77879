package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.DescribeVolumesModificationsRequest;
import io.blockseal.aws.ec2.DescribeVolumesModificationsResult;
import io.blockseal.aws.ec2.ModifyVolumeRequest;
import io.blockseal.aws.ec2.ModifyVolumeResult;
import io.blockseal.aws.ec2.VolumeModificationState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// `ModifyVolume` and `DescribeVolumesModifications`: a volume can grow and change its type, four
/// times in 24 hours, one change after the other.
///
/// An attached volume grows under its users; one that is not grows when it is attached next,
/// because its header can't be sealed without its key.
final class VolumeModifying {
  static final int MAX_IN_WINDOW = 4;
  static final Duration WINDOW = Duration.ofHours(24);
  private static final int CAP_RESULTS = 500;

  /// A volume and its newest modification.
  private record Modified(VolumeRecord volume, Modification modification) {}

  private static final FilterNames<Modified> FILTERS =
      FilterNames.<Modified>builder()
          .one("modification-state", m -> m.modification.state().wireValue())
          .one("original-iops", m -> m.modification.original().iops())
          .one("original-size", m -> m.modification.original().sizeGib())
          .one("original-volume-type", m -> m.modification.original().type())
          .one("originalMultiAttachEnabled", m -> m.modification.original().multiAttach())
          .one("start-time", m -> m.modification.started())
          .one("target-iops", m -> m.modification.target().iops())
          .one("target-size", m -> m.modification.target().sizeGib())
          .one("target-volume-type", m -> m.modification.target().type())
          .one("targetMultiAttachEnabled", m -> m.modification.target().multiAttach())
          .one("volume-id", m -> m.volume.id())
          .build();

  private final ControlPlane plane;

  VolumeModifying(ControlPlane plane) {
    this.plane = plane;
  }

  ModifyVolumeResult modify(Caller caller, ModifyVolumeRequest request) {
    Instant now = plane.clock().instant();
    next(plane.records().volume(caller, request.volumeId()), request, now);
    ControlPlane.checkDryRun(request.dryRun());
    VolumeRecord volume =
        plane
            .records()
            .changeVolume(caller, request.volumeId(), v -> v.modifying(next(v, request, now)));
    plane.work().start("modification of " + volume.name(), () -> finish(volume.name()));
    return new ModifyVolumeResult(
        VolumeView.modification(
            volume.id(), Objects.requireNonNull(volume.modification(), "just added")));
  }

  DescribeVolumesModificationsResult describe(
      Caller caller, DescribeVolumesModificationsRequest request) {
    ControlPlane.checkDryRun(request.dryRun());
    Listing.Query query =
        new Listing.Query(
            caller,
            request.toBuilder().maxResults(null).nextToken(null).build(),
            !request.volumeIdsOrEmpty().isEmpty(),
            "volumeIds",
            request.maxResults(),
            request.nextToken(),
            CAP_RESULTS);
    List<Modified> all =
        named(caller, request.volumeIdsOrEmpty()).stream()
            .filter(FILTERS.matching(request.filters()))
            .toList();
    Listing<Modified> page = Listing.page(all, m -> m.volume.id(), query);
    return new DescribeVolumesModificationsResult(
        page.nextToken(),
        page.items().stream()
            .map(m -> VolumeView.modification(m.volume.id(), m.modification))
            .toList());
  }

  private List<Modified> named(Caller caller, List<String> ids) {
    if (ids.isEmpty()) {
      return plane.records().volumes().list(EbsRecords.area(caller)).stream()
          .filter(volume -> volume.modification() != null)
          .map(volume -> modified(volume, volume.modification()))
          .toList();
    }
    return ids.stream()
        .distinct()
        .map(id -> plane.records().volume(caller, id))
        .map(volume -> modified(volume, volume.modification()))
        .toList();
  }

  private static Modified modified(VolumeRecord volume, @Nullable Modification newest) {
    if (newest == null) {
      throw Ec2Errors.modificationNotFound(volume.id());
    }
    return new Modified(volume, newest);
  }

  /// The modification that the request makes of this volume, if it may have one now.
  private static Modification next(VolumeRecord volume, ModifyVolumeRequest request, Instant now) {
    switch (volume.state()) {
      case AVAILABLE, IN_USE -> {}
      case CREATING, DELETING, DELETED, ERROR, UNRECOGNIZED ->
          throw Ec2Errors.volumeInState(volume.id(), volume.state().wireValue());
    }
    if (request.size() == null
        && request.volumeType() == null
        && request.iops() == null
        && request.throughput() == null
        && request.multiAttachEnabled() == null) {
      throw Ec2Errors.missing("size/volumeType/iops/throughput/multiAttachEnabled");
    }
    Performance target =
        volume
            .performance()
            .modified(
                request.volumeType(),
                request.size(),
                request.iops(),
                request.throughput(),
                request.multiAttachEnabled());
    Modification newest = volume.modification();
    if (newest != null && newest.isRunning()) {
      throw Ec2Errors.modificationRunning(volume.id(), newest.state().name());
    }
    checkRate(volume, now);
    return new Modification(
        VolumeModificationState.MODIFYING, volume.performance(), target, now, null, null);
  }

  private static void checkRate(VolumeRecord volume, Instant now) {
    List<Instant> recent =
        volume.modifications().stream()
            .map(Modification::started)
            .filter(started -> started.isAfter(now.minus(WINDOW)))
            .toList();
    if (recent.size() >= MAX_IN_WINDOW) {
      throw Ec2Errors.modificationRate(recent.get(recent.size() - MAX_IN_WINDOW).plus(WINDOW));
    }
  }

  /// Does what the newest modification asks for, if that is still to be done.
  void finish(ResourceName name) throws InterruptedException {
    try (var _ = plane.locks().lock(name)) {
      VolumeRecord volume = plane.records().volume(name).orElse(null);
      Modification modification = volume == null ? null : volume.modification();
      if (volume == null || modification == null || !modification.isRunning()) {
        return;
      }
      Exception failure = grow(volume, modification.target());
      plane.persist("the modification of " + name, () -> end(name, failure));
    }
  }

  /// @return why it did not grow; null if it did
  private @Nullable Exception grow(VolumeRecord volume, Performance target)
      throws InterruptedException {
    try {
      if (volume.attachment() != null || target.sizeBytes() > volume.sizeBytes()) {
        plane.blocks().grow(volume.name(), target.sizeBytes());
      }
      return null;
    } catch (IOException | RuntimeException e) {
      plane.work().checkOpen();
      return e;
    }
  }

  private void end(ResourceName name, @Nullable Exception failure) {
    if (failure != null) {
      plane.keep(name, "ModifyVolume", failure);
      change(name, m -> ended(m, VolumeModificationState.FAILED, failure.getMessage()));
      return;
    }
    change(name, m -> m.withState(VolumeModificationState.OPTIMIZING));
    change(name, m -> ended(m, VolumeModificationState.COMPLETED, null));
  }

  private Modification ended(
      Modification modification, VolumeModificationState state, @Nullable String why) {
    return modification.ended(state, plane.clock().instant(), why);
  }

  private void change(ResourceName name, UnaryOperator<Modification> change) {
    plane.records().volumes().update(name.path(), volume -> volume.withModification(change));
  }
}
