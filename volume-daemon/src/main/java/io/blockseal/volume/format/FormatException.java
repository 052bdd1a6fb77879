package io.blockseal.volume.format;

import java.io.IOException;

/// Bytes on disk that are not what their format says: foreign, damaged, of another version, or put
/// together from parts that do not belong together.
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    super(message);
  }

  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
