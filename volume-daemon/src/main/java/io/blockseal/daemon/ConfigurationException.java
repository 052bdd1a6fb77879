package io.blockseal.daemon;

import java.io.Serial;

/// A setting that cannot be used; the message names it and where it was given.
final class ConfigurationException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}
