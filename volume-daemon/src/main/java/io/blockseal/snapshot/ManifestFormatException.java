package io.blockseal.snapshot;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// A file that is not a manifest, or one that was damaged.
public final class ManifestFormatException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  ManifestFormatException(Path file, String reason) {
    super("manifest " + file + " is unusable: " + reason);
  }
}
