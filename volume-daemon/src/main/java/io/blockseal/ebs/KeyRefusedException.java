package io.blockseal.ebs;

import java.io.Serial;

/// KMS did not do what a volume or snapshot needs its key for.
final class KeyRefusedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient KeyRefusal refusal;

  KeyRefusedException(KeyRefusal refusal, Throwable cause) {
    super(refusal.summary(), cause);
    this.refusal = refusal;
  }

  KeyRefusal refusal() {
    return refusal;
  }
}
