package io.blockseal.fuse.kernel;

import java.io.IOException;

/// The kernel's FUSE protocol is older than what we speak. Another transport may do.
public final class UnsupportedKernelException extends IOException {
  private static final long serialVersionUID = 1L;

  UnsupportedKernelException(String message) {
    super(message);
  }
}
