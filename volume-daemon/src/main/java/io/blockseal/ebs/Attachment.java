package io.blockseal.ebs;

import io.blockseal.aws.Caller;
import io.blockseal.aws.ec2.VolumeAttachmentState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A volume at an instance. Immutable.
///
/// @param began when the attaching began
/// @param exportPath where a program finds the volume; null until it is attached
/// @param by who attached it, in whose name it is attached again after a restart
/// @param grantId the grant on the volume's KMS key that serves it; null if none was needed
record Attachment(
    String instanceId,
    String device,
    VolumeAttachmentState state,
    Instant began,
    @Nullable String exportPath,
    Caller by,
    @Nullable String grantId) {

  Attachment withState(VolumeAttachmentState newState) {
    return new Attachment(instanceId, device, newState, began, exportPath, by, grantId);
  }

  Attachment attachedAt(String path) {
    return new Attachment(
        instanceId, device, VolumeAttachmentState.ATTACHED, began, path, by, grantId);
  }

  Fields toFields() {
    return Fields.empty()
        .put("instanceId", instanceId)
        .put("device", device)
        .put("state", state)
        .put("began", began)
        .put("exportPath", exportPath)
        .put("by", Callers.toFields(by))
        .put("grantId", grantId);
  }

  static Attachment of(Fields fields) {
    return new Attachment(
        fields.text("instanceId"),
        fields.text("device"),
        fields.choice("state", VolumeAttachmentState.class),
        fields.instant("began"),
        fields.textOrNull("exportPath"),
        Callers.of(fields.object("by")),
        fields.textOrNull("grantId"));
  }
}
