package io.blockseal.ebs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The last thing that went wrong with a volume or snapshot behind the API's back, kept so that the
/// daemon can say why: AWS lets such a volume vanish without a word. Immutable.
///
/// @param action what was attempted, such as `AttachVolume`
/// @param kms what KMS said, if it was KMS
public record FailedAttempt(
    ResourceName resource, String action, String reason, Instant when, @Nullable KeyRefusal kms) {

  Fields toFields() {
    return Fields.empty()
        .put("name", resource.toFields())
        .put("action", action)
        .put("reason", reason)
        .put("when", when)
        .put("kms", kms == null ? null : kms.toFields());
  }

  static FailedAttempt of(Fields fields) {
    return new FailedAttempt(
        ResourceName.of(fields.object("name")),
        fields.text("action"),
        fields.text("reason"),
        fields.instant("when"),
        fields.objectOrNull("kms", KeyRefusal::of));
  }
}
