package io.blockseal.ebs;

import io.blockseal.aws.AwsException;
import java.time.Instant;

/// Every error that the EBS operations answer with: the codes and texts of EC2, as seen in its
/// answers where they are on record.
final class Ec2Errors {
  private Ec2Errors() {}

  static AwsException dryRunWouldSucceed() {
    return AwsException.sender(
        "DryRunOperation", 412, "Request would have succeeded, but DryRun flag is set.");
  }

  static AwsException regionNotServed(String region, Iterable<String> served) {
    return badRequest(
        "OptInRequired",
        "The Region %s is not served here; served are %s.".formatted(region, list(served)));
  }

  static AwsException internal(String message) {
    return AwsException.receiver("InternalError", 500, message);
  }

  static AwsException malformedVolumeId(String id) {
    return badRequest("InvalidVolumeID.Malformed", "Invalid id: \"" + id + "\"");
  }

  static AwsException malformedSnapshotId(String id) {
    return badRequest("InvalidSnapshotID.Malformed", "Invalid id: \"" + id + "\"");
  }

  static AwsException malformedInstanceId(String id) {
    return badRequest("InvalidInstanceID.Malformed", "Invalid id: \"" + id + "\"");
  }

  static AwsException invalidId(String id) {
    return badRequest("InvalidID", "The ID '" + id + "' is not valid");
  }

  static AwsException volumeNotFound(String id) {
    return badRequest("InvalidVolume.NotFound", "The volume '" + id + "' does not exist.");
  }

  static AwsException snapshotNotFound(String id) {
    return badRequest("InvalidSnapshot.NotFound", "The snapshot '" + id + "' does not exist.");
  }

  static AwsException instanceNotFound(String id) {
    return badRequest("InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
  }

  static AwsException zoneNotFound(String zone) {
    return badRequest("InvalidZone.NotFound", "The zone '" + zone + "' does not exist.");
  }

  static AwsException regionNotFound(String region) {
    return badRequest(
        "InvalidParameterValue", "Invalid region '" + region + "': it does not exist.");
  }

  static AwsException attachmentNotFound(String volumeId) {
    return badRequest(
        "InvalidAttachment.NotFound",
        "The volume '%s' is not attached as the request says.".formatted(volumeId));
  }

  static AwsException modificationNotFound(String volumeId) {
    return badRequest(
        "InvalidVolumeModification.NotFound",
        "Modification for volume '" + volumeId + "' does not exist.");
  }

  static AwsException missing(String parameters) {
    return badRequest("MissingParameter", "The request must contain the parameter " + parameters);
  }

  static AwsException invalidValue(String message) {
    return badRequest("InvalidParameterValue", message);
  }

  /// The usual text for a value outside of a parameter's range or choices.
  static AwsException invalidValue(String parameter, Object value, String expected) {
    return invalidValue(
        "Value (%s) for parameter %s is invalid. %s".formatted(value, parameter, expected));
  }

  static AwsException invalidCombination(String message) {
    return badRequest("InvalidParameterCombination", message);
  }

  static AwsException dependency(String parameter, String needed) {
    return badRequest(
        "InvalidParameterDependency",
        "The parameter %s requires the parameter %s to be set.".formatted(parameter, needed));
  }

  static AwsException unknownFilter(String name) {
    return invalidValue("The filter '" + name + "' is invalid");
  }

  static AwsException tooManyFilterValues(int count, int allowed) {
    return badRequest(
        "FilterLimitExceeded",
        "The maximum number of filter values specified on a single call is %d; seen: %d."
            .formatted(allowed, count));
  }

  static AwsException invalidNextToken() {
    return badRequest("InvalidNextToken", "The token in the request is not valid for this query.");
  }

  static AwsException tokenReused(String token) {
    return badRequest(
        "IdempotentParameterMismatch",
        "The client token '%s' was used before, with other parameters or for a volume that is gone."
            .formatted(token));
  }

  static AwsException tagLimit(int allowed) {
    return badRequest(
        "TagLimitExceeded", "The maximum number of tags for a resource is " + allowed + ".");
  }

  static AwsException incorrectState(String message) {
    return badRequest("IncorrectState", message);
  }

  static AwsException volumeNotAvailable(String id) {
    return incorrectState(id + " is not 'available'.");
  }

  static AwsException volumeInState(String id, String state) {
    return incorrectState("Volume '%s' is in the '%s' state.".formatted(id, state));
  }

  static AwsException snapshotInState(String state) {
    return incorrectState("Snapshot is in invalid state - " + state);
  }

  static AwsException zoneMismatch(String volumeId, String instanceId) {
    return badRequest(
        "InvalidVolume.ZoneMismatch",
        "The volume '%s' is not in the same availability zone as instance '%s'"
            .formatted(volumeId, instanceId));
  }

  static AwsException alreadyAttached(String volumeId) {
    return badRequest("VolumeInUse", volumeId + " is already attached to an instance");
  }

  static AwsException attachedTo(String volumeId, String instanceId) {
    return badRequest(
        "VolumeInUse", "Volume %s is currently attached to %s".formatted(volumeId, instanceId));
  }

  static AwsException deviceInUse(String device) {
    return invalidValue(
        "Invalid value '%1$s' for unixDevice. Attachment point %1$s is already in use"
            .formatted(device));
  }

  static AwsException deviceInvalid(String device) {
    return invalidValue(
        "Value (%s) for parameter device is invalid. %s is not a valid EBS device name."
            .formatted(device, device));
  }

  static AwsException attachmentLimit(int allowed) {
    return badRequest(
        "AttachmentLimitExceeded",
        "The instance has %d volumes attached, which is the most that it can have."
            .formatted(allowed));
  }

  /// What AWS says whenever the key of a volume can't be used for attaching it, for whatever
  /// reason.
  static AwsException keyRevoked(String volumeId) {
    return badRequest(
        "CustomerKeyHasBeenRevoked",
        "Volume %s cannot be attached. The encrypted volume was unable to access the KMS key."
            .formatted(volumeId));
  }

  /// EBS has no such refusal; it looks like that of any other volume that is not fit to be
  /// attached.
  static AwsException rolledBack(String volumeId) {
    return incorrectState(
        "Volume %s cannot be attached: its files are older than the volume was."
            .formatted(volumeId));
  }

  /// As [#rolledBack], no refusal of EBS.
  static AwsException foreignFiles(String volumeId) {
    return incorrectState(
        "Volume %s cannot be attached: its files are those of another volume.".formatted(volumeId));
  }

  static AwsException unauthorized() {
    return AwsException.sender(
        "UnauthorizedOperation", 403, "You are not authorized to perform this operation.");
  }

  static AwsException modificationRate(Instant allowedFrom) {
    return badRequest(
        "VolumeModificationRateExceeded",
        "You've reached the maximum modification rate per volume limit. Wait until %s before you"
                .formatted(allowedFrom)
            + " can issue the next modification request for this volume.");
  }

  static AwsException modificationRunning(String volumeId, String state) {
    return badRequest(
        "IncorrectModificationState",
        "Volume %s cannot be modified in modification state %s".formatted(volumeId, state));
  }

  static AwsException snapshotRate() {
    return badRequest(
        "SnapshotCreationPerVolumeRateExceeded",
        "The maximum per volume CreateSnapshot request rate has been exceeded. Use an increasing or"
            + " variable sleep interval between requests.");
  }

  static AwsException concurrentSnapshots(String volumeId, int allowed) {
    return badRequest(
        "ConcurrentSnapshotLimitExceeded",
        "Maximum allowed in-progress snapshots for a single volume exceeded: %s has %d."
            .formatted(volumeId, allowed));
  }

  static AwsException pendingSnapshots() {
    return badRequest(
        "PendingSnapshotLimitExceeded", "You have too many pending snapshots. Try again later.");
  }

  static AwsException concurrentCopies(int allowed) {
    return badRequest(
        "ResourceLimitExceeded",
        "Too many snapshot copies in progress. The limit is %d for this destination region."
            .formatted(allowed));
  }

  private static AwsException badRequest(String code, String message) {
    return AwsException.sender(code, 400, message);
  }

  private static String list(Iterable<String> names) {
    return String.join(", ", names);
  }
}
