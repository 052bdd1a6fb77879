package io.blockseal.kms;

import io.blockseal.aws.kms.RecipientInfo;
import org.jspecify.annotations.Nullable;

/// Requests that ask for an answer which only an attested enclave can read.
final class Attestations {
  private Attestations() {}

  /// Refuses such a request: whoever asks for a sealed answer must never get a plain one, and no
  /// attestation document can be verified here.
  static void refuse(@Nullable RecipientInfo recipient) {
    if (recipient != null) {
      throw KmsFailures.validation(
          "The attestation document cannot be verified: there are no enclaves here.");
    }
  }
}
