package io.blockseal.ebs;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockseal.aws.AwsException;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What tests say about calls that are to fail.
final class Refusals {
  private Refusals() {}

  /// The error that `call` ends with; fails if it doesn't.
  static AwsException refused(ThrowingCallable call) {
    return Objects.requireNonNull(
        catchThrowableOfType(AwsException.class, call), "the call was not refused");
  }
}
