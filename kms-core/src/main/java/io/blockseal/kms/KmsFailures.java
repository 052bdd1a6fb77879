package io.blockseal.kms;

import io.blockseal.aws.AwsException;
import io.blockseal.aws.kms.AlreadyExistsException;
import io.blockseal.aws.kms.DisabledException;
import io.blockseal.aws.kms.InvalidArnException;
import io.blockseal.aws.kms.KMSInvalidStateException;
import io.blockseal.aws.kms.NotFoundException;

/// The failures of KMS that more than one operation has, in the words of AWS.
final class KmsFailures {
  private KmsFailures() {}

  static AwsException noSuchKey(String keyArn) {
    return new NotFoundException("Key '" + keyArn + "' does not exist");
  }

  static AwsException noKeyId(String text) {
    return new NotFoundException("Invalid keyId '" + text + "'");
  }

  static AwsException otherRegion(String regionInArn) {
    return new NotFoundException("Invalid arn " + regionInArn);
  }

  static AwsException noArn(String text) {
    return new InvalidArnException("Invalid arn " + text);
  }

  static AwsException noSuchAlias(String aliasArn) {
    return new NotFoundException("Alias " + aliasArn + " is not found.");
  }

  static AwsException aliasExists(String aliasArn) {
    return new AlreadyExistsException("An alias with the name " + aliasArn + " already exists");
  }

  static AwsException disabled(String keyArn) {
    return new DisabledException(keyArn + " is disabled.");
  }

  static AwsException pendingDeletion(String keyArn) {
    return new KMSInvalidStateException(keyArn + " is pending deletion.");
  }

  static AwsException notPendingDeletion(String keyArn) {
    return new KMSInvalidStateException(keyArn + " is not pending deletion.");
  }

  static AwsException accessDenied(String message) {
    return AwsException.sender("AccessDeniedException", 400, message);
  }

  /// A ciphertext whose key is gone, elsewhere or not the caller's to use; which of these is not
  /// told.
  static AwsException unknownCiphertext() {
    return accessDenied(
        "The ciphertext refers to a customer master key that does not exist, does not exist in this"
            + " region, or you are not allowed to access.");
  }

  static AwsException validation(String message) {
    return AwsException.sender("ValidationException", 400, message);
  }

  /// A constraint that the service model does not state, in the form of those that it does.
  static AwsException constraint(Object value, String member, String constraint) {
    return validation(
        "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s"
            .formatted(value, member, constraint));
  }

  /// As [#constraint], for a member whose value must not be shown.
  static AwsException hiddenConstraint(String member, String constraint) {
    return validation(
        "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must %s"
            .formatted(member, constraint));
  }

  static AwsException missing(String member) {
    return validation(
        "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
            .formatted(member));
  }
}
