package io.blockseal.aws.client;

import io.blockseal.aws.AwsException;
import java.io.Serial;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.util.Objects;

/// A call that got no answer.
public final class UnreachableException extends AwsException {

  @Serial private static final long serialVersionUID = 1L;

  private final boolean mayHaveRun;

  UnreachableException(URI endpoint, String what, boolean mayHaveRun, Throwable cause) {
    super("Unreachable", 503, Fault.RECEIVER, what + " " + endpoint + reason(cause), cause);
    this.mayHaveRun = mayHaveRun;
  }

  /// The cause in words. The JDK's HTTP client often gives nothing but the name of a class.
  private static String reason(Throwable cause) {
    return switch (cause) {
      case InterruptedException _ -> "";
      case ConnectException e when isUnresolved(e) -> ": there is no such host";
      case ConnectException e ->
          ": " + Objects.requireNonNullElse(e.getMessage(), "nothing listens there");
      default -> {
        String message = cause.getMessage();
        yield ": " + (message == null ? "the connection failed" : message);
      }
    };
  }

  /// The client wraps one such exception in another.
  private static boolean isUnresolved(Throwable failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /// False if the request certainly never reached the service; true if nobody knows.
  public boolean mayHaveRun() {
    return mayHaveRun;
  }
}
