package io.blockseal.kms;

import io.blockseal.aws.kms.DryRunOperationException;
import io.blockseal.aws.kms.EncryptionAlgorithmSpec;
import io.blockseal.aws.kms.InvalidKeyUsageException;
import io.blockseal.kms.blob.EncryptionContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The checks that every cryptographic operation makes of its request.
final class CryptoChecks {
  private CryptoChecks() {}

  /// The canonical form of a request's encryption context.
  static EncryptionContext canonical(Map<String, String> pairs) {
    try {
      return EncryptionContext.of(pairs);
    } catch (IllegalArgumentException e) {
      throw KmsFailures.validation(String.valueOf(e.getMessage()));
    }
  }

  /// Refuses the algorithms of other kinds of keys.
  static void checkAlgorithm(@Nullable EncryptionAlgorithmSpec algorithm) {
    if (algorithm != null && algorithm != EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT) {
      throw new InvalidKeyUsageException(
          "Algorithm " + algorithm + " is incompatible with key spec SYMMETRIC_DEFAULT.");
    }
  }

  /// Ends a dry run that has passed every check: AWS makes a failure of its own of that.
  static void endDryRun(@Nullable Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw new DryRunOperationException(
          "The request would have succeeded, but the DryRun option is set.");
    }
  }
}
