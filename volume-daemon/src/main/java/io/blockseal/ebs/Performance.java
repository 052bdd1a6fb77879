package io.blockseal.ebs;

import io.blockseal.aws.ec2.VolumeType;
import org.jspecify.annotations.Nullable;

/// The type of a volume and what was asked of it, within the type's limits. Immutable.
///
/// @param iops null for the types that have none
/// @param throughput MiB/s; null for every type but gp3
record Performance(
    VolumeType type,
    int sizeGib,
    @Nullable Integer iops,
    @Nullable Integer throughput,
    boolean multiAttach) {
  private static final int GP2_MIN_IOPS = 100;
  private static final int GP2_MAX_IOPS = 16_000;
  private static final int GP2_IOPS_PER_GIB = 3;
  private static final int DEFAULT_IOPS = 3_000;
  private static final int IOPS_PER_MIB = 4;

  long sizeBytes() {
    return (long) sizeGib << 30;
  }

  /// What a request to create a volume asks for.
  static Performance asked(
      @Nullable VolumeType askedType,
      int sizeGib,
      @Nullable Integer iops,
      @Nullable Integer throughput,
      @Nullable Boolean multiAttach) {
    VolumeType type = askedType == null ? VolumeType.GP2 : askedType;
    VolumeLimits limits = VolumeLimits.of(type);
    checkSupported(limits, iops, throughput, multiAttach);
    if (limits.iopsRequired() && iops == null) {
      throw Ec2Errors.missing("iops");
    }
    return new Performance(
            type,
            sizeGib,
            iops(limits, sizeGib, iops),
            throughput(limits, throughput),
            Boolean.TRUE.equals(multiAttach))
        .checked(limits);
  }

  /// What a request to modify a volume of this performance asks for.
  Performance modified(
      @Nullable VolumeType askedType,
      @Nullable Integer askedSizeGib,
      @Nullable Integer askedIops,
      @Nullable Integer askedThroughput,
      @Nullable Boolean askedMultiAttach) {
    VolumeType target = askedType == null ? type : askedType;
    VolumeLimits limits = VolumeLimits.of(target);
    checkSupported(limits, askedIops, askedThroughput, askedMultiAttach);
    int targetSizeGib = askedSizeGib == null ? sizeGib : askedSizeGib;
    if (targetSizeGib < sizeGib) {
      throw Ec2Errors.invalidValue("New size cannot be smaller than existing size");
    }
    Integer keptIops = target == type ? iops : Integer.valueOf(DEFAULT_IOPS);
    Integer keptThroughput = target == type ? throughput : null;
    boolean keptMultiAttach = multiAttach && limits.multiAttach();
    return new Performance(
            target,
            targetSizeGib,
            iops(limits, targetSizeGib, askedIops == null ? keptIops : askedIops),
            throughput(limits, askedThroughput == null ? keptThroughput : askedThroughput),
            askedMultiAttach == null ? keptMultiAttach : askedMultiAttach)
        .checked(limits);
  }

  private static void checkSupported(
      VolumeLimits limits,
      @Nullable Integer iops,
      @Nullable Integer throughput,
      @Nullable Boolean multiAttach) {
    if (iops != null && limits.iops() == null) {
      throw unsupported("iops", limits.type());
    }
    if (throughput != null && limits.throughput() == null) {
      throw unsupported("throughput", limits.type());
    }
    if (Boolean.TRUE.equals(multiAttach) && !limits.multiAttach()) {
      throw unsupported("multiAttachEnabled", limits.type());
    }
  }

  private static @Nullable Integer iops(VolumeLimits limits, int sizeGib, @Nullable Integer asked) {
    if (limits.type() == VolumeType.GP2) {
      return Math.clamp((long) GP2_IOPS_PER_GIB * sizeGib, GP2_MIN_IOPS, GP2_MAX_IOPS);
    }
    if (limits.iops() == null) {
      return null;
    }
    return asked == null ? Integer.valueOf(limits.iops().min()) : asked;
  }

  private static @Nullable Integer throughput(VolumeLimits limits, @Nullable Integer asked) {
    if (limits.throughput() == null) {
      return null;
    }
    return asked == null ? Integer.valueOf(limits.throughput().min()) : asked;
  }

  private Performance checked(VolumeLimits limits) {
    checkSize(limits.sizeGib());
    if (limits.iops() != null && iops != null) {
      checkIops(limits.iops(), limits.iopsPerGib(), iops);
    }
    if (limits.throughput() != null && iops != null && throughput != null) {
      checkThroughput(limits.throughput(), iops, throughput);
    }
    return this;
  }

  private void checkSize(VolumeLimits.Span allowed) {
    if (sizeGib < allowed.min()) {
      throw Ec2Errors.invalidValue(
          "Volume of %dGiB is too small for volume type %s; minimum is %dGiB."
              .formatted(sizeGib, type, allowed.min()));
    }
    if (sizeGib > allowed.max()) {
      throw Ec2Errors.invalidValue(
          "Volume of %dGiB is too large for volume type %s; maximum is %dGiB."
              .formatted(sizeGib, type, allowed.max()));
    }
  }

  private void checkIops(VolumeLimits.Span allowed, int perGib, int asked) {
    if (asked < allowed.min()) {
      throw Ec2Errors.invalidValue(
          "Volume iops of %d is too low; minimum is %d.".formatted(asked, allowed.min()));
    }
    if (asked > allowed.max()) {
      throw Ec2Errors.invalidValue(
          "Volume iops of %d is too high; maximum is %d.".formatted(asked, allowed.max()));
    }
    if (asked > Math.max(allowed.min(), (long) perGib * sizeGib)) {
      throw Ec2Errors.invalidValue(
          "Iops to volume size ratio of %.6f is too high; maximum is %d"
              .formatted((double) asked / sizeGib, perGib));
    }
  }

  private static void checkThroughput(VolumeLimits.Span allowed, int iops, int asked) {
    if (asked < allowed.min()) {
      throw Ec2Errors.invalidValue(
          "Volume throughput of %d MiBps is too low; minimum is %d MiBps."
              .formatted(asked, allowed.min()));
    }
    if (asked > allowed.max()) {
      throw Ec2Errors.invalidValue(
          "Volume throughput of %d MiBps is too high; maximum is %d MiBps."
              .formatted(asked, allowed.max()));
    }
    if ((long) asked * IOPS_PER_MIB > iops) {
      throw Ec2Errors.invalidValue(
          "Throughput (MiBps) to iops ratio of %.6f is too high; maximum is 0.250000 MiBps per iops."
              .formatted((double) asked / iops));
    }
  }

  private static RuntimeException unsupported(String parameter, VolumeType type) {
    return Ec2Errors.invalidCombination(
        "The parameter %s is not supported for %s volumes.".formatted(parameter, type));
  }

  Fields toFields() {
    return Fields.empty()
        .put("type", type)
        .put("sizeGib", sizeGib)
        .put("iops", iops)
        .put("throughput", throughput)
        .put("multiAttach", multiAttach);
  }

  static Performance of(Fields fields) {
    return new Performance(
        fields.choice("type", VolumeType.class),
        fields.integer("sizeGib"),
        fields.integerOrNull("iops"),
        fields.integerOrNull("throughput"),
        fields.flag("multiAttach"));
  }
}
