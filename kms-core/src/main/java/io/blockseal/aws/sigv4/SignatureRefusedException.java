package io.blockseal.aws.sigv4;

import java.io.Serial;

/// A request that is not let in, with the reason in AWS's words. Which code and HTTP status a
/// client sees depends on the protocol that it speaks.
public final class SignatureRefusedException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  /// Why a request is refused.
  public enum Reason {
    /// Neither an `Authorization` header nor a presigned query.
    MISSING,
    /// Something that a signature consists of is absent or cannot be read.
    INCOMPLETE,
    /// The query string cannot be read.
    MALFORMED_QUERY,
    /// No active access key of this id, or a wrong session token.
    UNKNOWN_KEY,
    /// The session of a temporary key is over.
    EXPIRED_TOKEN,
    /// The request is too old, or from the future.
    NOT_CURRENT,
    /// The signature, its scope or its signed headers are wrong.
    MISMATCH
  }

  private final Reason reason;

  SignatureRefusedException(Reason reason, String message) {
    // No stack trace: refusals are a client's doing, come in floods and are never a bug here.
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
