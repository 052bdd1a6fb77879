package io.blockseal.ebs;

import io.blockseal.aws.AwsException;
import java.io.Serial;

/// KMS did not do what a volume or snapshot needs its key for.
final class KeyRefusedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient KeyRefusal refusal;
  private final boolean passing;

  KeyRefusedException(KeyRefusal refusal, AwsException cause) {
    super(refusal.summary(), cause);
    this.refusal = refusal;
    passing = cause.fault() == AwsException.Fault.RECEIVER;
  }

  KeyRefusal refusal() {
    return refusal;
  }

  /// Whether it is the KMS that fails and not the key, so that the same call may succeed later.
  boolean mayPass() {
    return passing;
  }
}
