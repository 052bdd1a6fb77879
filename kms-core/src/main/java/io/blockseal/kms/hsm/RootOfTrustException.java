package io.blockseal.kms.hsm;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A root of trust that cannot be used, with what to do about it.
public final class RootOfTrustException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  RootOfTrustException(String message) {
    this(message, null);
  }

  RootOfTrustException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
