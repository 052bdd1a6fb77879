package io.blockseal.kms.hsm;

import java.io.Serial;

/// A ciphertext whose tag does not fit: altered, bound to something else, or made under another
/// key. Which of these it is cannot be told.
public final class AuthenticationFailedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  AuthenticationFailedException(Throwable cause) {
    super("the authentication tag does not fit", cause);
  }
}
