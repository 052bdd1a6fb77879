package io.blockseal.aws.client;

import io.blockseal.aws.AwsException;
import java.io.Serial;
import java.net.URI;

/// A call that got no answer.
public final class UnreachableException extends AwsException {

  @Serial private static final long serialVersionUID = 1L;

  private final boolean mayHaveRun;

  UnreachableException(URI endpoint, String what, boolean mayHaveRun, Throwable cause) {
    super("Unreachable", 503, Fault.RECEIVER, what + " " + endpoint + ": " + cause, cause);
    this.mayHaveRun = mayHaveRun;
  }

  /// False if the request certainly never reached the service; true if nobody knows.
  public boolean mayHaveRun() {
    return mayHaveRun;
  }
}
