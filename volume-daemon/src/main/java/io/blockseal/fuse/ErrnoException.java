package io.blockseal.fuse;

import java.io.IOException;

/// A request that this package itself refuses. It carries no stack trace: refusals are ordinary
/// answers, not faults.
final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  ErrnoException(Errno errno, String message) {
    super(message);
    this.errno = errno;
  }

  Errno errno() {
    return errno;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
