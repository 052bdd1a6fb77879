package io.blockseal.aws;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A call that failed in the way AWS fails calls: with a code, an HTTP status and, mostly, a
/// message.
///
/// The errors that a service model names have a generated subclass each; the ones that every
/// service shares, such as `ValidationException` or `AccessDeniedException`, are made here by code.
public class AwsException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  /// Whose fault a failure is, which decides whether repeating the call can help.
  public enum Fault {
    /// The request is wrong; the same request will fail again.
    SENDER,
    /// The service failed; the same request may succeed later.
    RECEIVER
  }

  private final String code;
  private final int httpStatus;
  private final Fault fault;

  /// `message` is null for the few errors that AWS answers with a bare code.
  public AwsException(String code, int httpStatus, Fault fault, @Nullable String message) {
    this(code, httpStatus, fault, message, null);
  }

  public AwsException(
      String code,
      int httpStatus,
      Fault fault,
      @Nullable String message,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.httpStatus = httpStatus;
    this.fault = fault;
  }

  /// An error of the request.
  public static AwsException sender(String code, int httpStatus, @Nullable String message) {
    return new AwsException(code, httpStatus, Fault.SENDER, message);
  }

  /// An error of the service.
  public static AwsException receiver(String code, int httpStatus, @Nullable String message) {
    return new AwsException(code, httpStatus, Fault.RECEIVER, message);
  }

  /// The code as the wire carries it, such as `NotFoundException` or `InvalidVolume.NotFound`.
  public String code() {
    return code;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public Fault fault() {
    return fault;
  }

  /// With the code, which the message that goes over the wire must not repeat.
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    String message = getMessage();
    return getClass().getSimpleName()
        + "["
        + code
        + " "
        + httpStatus
        + "]"
        + (message == null ? "" : ": " + message);
  }
}
