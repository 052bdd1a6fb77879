package io.blockseal.ebs;

import io.blockseal.aws.ec2.VolumeType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a volume type allows: sizes in GiB, IOPS and throughput in MiB/s. Immutable.
///
/// @param iops null where IOPS can't be chosen
/// @param iopsPerGib the most IOPS for a GiB; the lower end of `iops` is always allowed
/// @param throughput null where throughput can't be chosen
/// @param pendingSnapshots how many snapshots of one volume may be pending
record VolumeLimits(
    VolumeType type,
    Span sizeGib,
    @Nullable Span iops,
    int iopsPerGib,
    @Nullable Span throughput,
    boolean iopsRequired,
    boolean multiAttach,
    int pendingSnapshots) {

  /// Both ends belong to it.
  record Span(int min, int max) {}

  private static final Span GP3_IOPS = new Span(3_000, 80_000);
  private static final Span GP3_THROUGHPUT = new Span(125, 2_000);

  private static final Map<VolumeType, VolumeLimits> BY_TYPE =
      Map.of(
          VolumeType.GP3,
          new VolumeLimits(
              VolumeType.GP3, gib(1, 65_536), GP3_IOPS, 500, GP3_THROUGHPUT, false, false, 5),
          VolumeType.GP2,
          fixed(VolumeType.GP2, gib(1, 16_384), 5),
          VolumeType.IO1,
          provisioned(VolumeType.IO1, gib(4, 16_384), new Span(100, 64_000), 50),
          VolumeType.IO2,
          provisioned(VolumeType.IO2, gib(4, 65_536), new Span(100, 256_000), 1_000),
          VolumeType.ST1,
          fixed(VolumeType.ST1, gib(125, 16_384), 1),
          VolumeType.SC1,
          fixed(VolumeType.SC1, gib(125, 16_384), 1),
          VolumeType.STANDARD,
          fixed(VolumeType.STANDARD, gib(1, 1_024), 5));

  static VolumeLimits of(VolumeType type) {
    VolumeLimits limits = BY_TYPE.get(type);
    if (limits == null) {
      throw new IllegalArgumentException("no limits are known for volume type " + type);
    }
    return limits;
  }

  private static Span gib(int min, int max) {
    return new Span(min, max);
  }

  private static VolumeLimits fixed(VolumeType type, Span sizeGib, int pendingSnapshots) {
    return new VolumeLimits(type, sizeGib, null, 0, null, false, false, pendingSnapshots);
  }

  private static VolumeLimits provisioned(
      VolumeType type, Span sizeGib, Span iops, int iopsPerGib) {
    return new VolumeLimits(type, sizeGib, iops, iopsPerGib, null, true, true, 5);
  }
}
