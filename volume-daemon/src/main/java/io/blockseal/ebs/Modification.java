package io.blockseal.ebs;

import io.blockseal.aws.ec2.VolumeModificationState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One change of a volume's size, type or performance. Immutable.
///
/// @param ended null while it runs
record Modification(
    VolumeModificationState state,
    Performance original,
    Performance target,
    Instant started,
    @Nullable Instant ended,
    @Nullable String message) {

  boolean isRunning() {
    return state == VolumeModificationState.MODIFYING
        || state == VolumeModificationState.OPTIMIZING;
  }

  Modification withState(VolumeModificationState newState) {
    return new Modification(newState, original, target, started, ended, message);
  }

  Modification ended(VolumeModificationState newState, Instant when, @Nullable String why) {
    return new Modification(newState, original, target, started, when, why);
  }

  Fields toFields() {
    return Fields.empty()
        .put("state", state)
        .put("original", original.toFields())
        .put("target", target.toFields())
        .put("started", started)
        .put("ended", ended)
        .put("message", message);
  }

  static Modification of(Fields fields) {
    return new Modification(
        fields.choice("state", VolumeModificationState.class),
        Performance.of(fields.object("original")),
        Performance.of(fields.object("target")),
        fields.instant("started"),
        fields.instantOrNull("ended"),
        fields.textOrNull("message"));
  }
}
