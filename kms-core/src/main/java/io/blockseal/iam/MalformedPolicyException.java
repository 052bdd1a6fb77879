package io.blockseal.iam;

import java.io.Serial;

/// A policy document that breaks the policy language, or uses a part of it that cannot be evaluated
/// here; such a part is refused rather than ignored.
public final class MalformedPolicyException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  MalformedPolicyException(String message) {
    super(message);
  }
}
