package io.blockseal.kms.blob;

import java.io.Serial;

/// Bytes that cannot be a ciphertext blob, seen before any key was touched.
public final class MalformedBlobException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  MalformedBlobException(String message) {
    super(message);
  }
}
